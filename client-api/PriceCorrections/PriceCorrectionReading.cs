// What makes the body of a price correction acceptable, and from it to what is said to subscriptions.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Corrections;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.PriceCorrections;

internal static class PriceCorrectionReading
{
    private const decimal UnitPriceMax = 999_999m;
    private const decimal AmountMax = 999_999_999_999m;
    private const int MatchMax = 16;

    /// <summary>Everything that is wrong with it.</summary>
    public static FieldErrors Check(PriceCorrectionBody body)
    {
        var errors = new FieldErrors();
        errors.Id("id", body.Id);
        errors.Text("reason", body.Reason);
        if (body.Subscription is { } subscription)
            errors.Id("subscription", subscription);
        if (body.Prices is null == body.Window is null)
            errors.Add("prices", "give either prices or a window");
        if (body.Prices is { } prices)
            Prices(errors, body, prices);
        if (body.Window is { } window)
            Window(errors, window);
        return errors;
    }

    /// <summary>What a subscription is told.</summary>
    public static RepriceCommand Command(PriceCorrectionBody body, long after) => new()
    {
        Id = body.Id,
        Reason = body.Reason,
        After = after,
        Prices = Array.ConvertAll(body.Prices ?? [], price => new NamedPrice
        {
            Source = price.Event.Source,
            EventId = price.Event.Id,
            TimeMicros = Micros.Of(price.Event.Time),
            Agreement = price.Agreement,
            UnitPrice = price.UnitPrice,
            Amount = price.Amount,
        }),
        Window = body.Window is not { } window ? null : new PriceWindow
        {
            Agreement = window.Agreement,
            Plan = window.Plan,
            PlanVersion = window.PlanVersion,
            FromMicros = Micros.Of(window.From),
            ToMicros = Micros.Of(window.To),
            Meter = window.Meter,
            Match = [.. (window.Match ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => new[] { pair.Key, pair.Value })],
        },
    };

    private static void Prices(FieldErrors errors, PriceCorrectionBody body, FinalPrice[] prices)
    {
        if (body.Subscription is null)
            errors.Add("subscription", "is required with prices");
        if (prices.Length is 0 or > Limits.NamedPricesMax)
        {
            errors.Add("prices", $"must be 1 to {Limits.NamedPricesMax}");
            return;
        }

        var named = new HashSet<(string, string, string)>();
        for (var index = 0; index < prices.Length; index++)
        {
            var (price, field) = (prices[index], $"prices[{index}]");
            CorrectionReading.Event(errors, field + ".event", price.Event);
            errors.Id(field + ".agreement", price.Agreement);
            if (!named.Add((price.Event.Source, price.Event.Id, price.Agreement)))
                errors.Add(field, "is named twice");
            if (price.UnitPrice is null == price.Amount is null)
                errors.Add(field + ".unit_price", "give either unit_price or amount");
            if (price.UnitPrice is { } unit)
                Number(errors, field + ".unit_price", unit, UnitPriceMax);
            if (price.Amount is { } amount)
                Number(errors, field + ".amount", amount, AmountMax);
        }
    }

    private static void Number(FieldErrors errors, string field, decimal value, decimal most)
    {
        errors.Number(field, value);
        if (value > most)
            errors.Add(field, $"must be at most {most}");
    }

    private static void Window(FieldErrors errors, WindowBody window)
    {
        errors.Id("window.agreement", window.Agreement);
        errors.Id("window.plan", window.Plan);
        if (window.Meter is { } meter)
            errors.Id("window.meter", meter);
        if (window.PlanVersion < 1)
            errors.Add("window.plan_version", "must be at least 1");
        if (window.From >= window.To)
            errors.Add("window.to", "must be later than from");
        if (window.Match is { Count: > MatchMax })
            errors.Add("window.match", $"must be at most {MatchMax}");
    }
}
