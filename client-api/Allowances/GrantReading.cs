// From the body of a package to the command.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Allowances;

/// <summary>Everything that can be told without the subscription.</summary>
internal static class GrantReading
{
    private const int PriorityMax = 1000;
    private static readonly string[] Policies = ["stop", "overage", "overage_up_to"];

    /// <summary>The policy in the words of the API.</summary>
    public static string Word(byte policy) => Policies[policy];

    /// <summary>The command, or everything that is wrong with the request.</summary>
    public static (GrantCommand? Command, FieldErrors Errors) Read(GrantBody body, string? seller)
    {
        var errors = new FieldErrors();
        errors.Id("id", body.Id);
        if (body.Agreement is { } agreement) errors.Id("agreement", agreement);
        errors.Id("meter", body.Meter);
        errors.Number("quantity", body.Quantity);
        if (body.Quantity == 0) errors.Add("quantity", "must be above 0");
        errors.Number("price", body.Price);
        errors.Range("priority", body.Priority, -PriorityMax, PriorityMax);
        errors.OneOf("on_exhausted", body.OnExhausted, Policies);
        errors.OneOf("rollover", body.Rollover, RolloverRules.Words);
        if (body.Rollover != "none" && body.ExpiresAt is null) errors.Add("rollover", "is of a package that expires: expires_at is missing");
        if (body.StartsAt is { } start && body.ExpiresAt is { } end && end <= start) errors.Add("expires_at", "must be after starts_at");
        var policy = (ExhaustedPolicy)Math.Max(0, Array.IndexOf(Policies, body.OnExhausted));
        if (body.Limit is { } limit) errors.Number("limit", limit);
        if (policy == ExhaustedPolicy.OverageUpTo && body.Limit is null) errors.Add("limit", "is needed with overage_up_to");
        if (policy != ExhaustedPolicy.OverageUpTo && body.Limit is not null) errors.Add("limit", "belongs to overage_up_to");
        return errors.IsEmpty
            ? (new GrantCommand
            {
                Id = body.Id,
                Agreement = body.Agreement ?? "",
                Meter = body.Meter,
                Quantity = body.Quantity,
                Price = body.Price,
                StartsMicros = body.StartsAt is { } starts ? Micros.Of(starts) : null,
                ExpiresMicros = body.ExpiresAt is { } expires ? Micros.Of(expires) : null,
                Priority = body.Priority,
                OnExhausted = (byte)policy,
                Limit = body.Limit,
                Rollover = (byte)RolloverRules.Of(body.Rollover),
                Seller = seller,
            }, errors)
            : (null, errors);
    }
}
