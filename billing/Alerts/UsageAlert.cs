// A rule by which usage tells that it has grown, and what makes one acceptable.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Alerts;

/// <summary>Each threshold is told once per period of the agreement's calendar.</summary>
public sealed record UsageAlert
{
    /// <summary>Usage of all below this partner or customer; null: of a subscription.</summary>
    public string? Party { get; init; }
    /// <summary>Usage of this subscription; null: of a party.</summary>
    public string? Subscription { get; init; }
    /// <summary>The leg that is measured; its calendar says which period is current.</summary>
    public required string Agreement { get; init; }
    /// <summary>Usage of this meter alone; null: of all meters.</summary>
    public string? Meter { get; init; }
    /// <summary><c>amount</c>: in the agreement's currency. <c>quantity</c>: in units.</summary>
    public required string Metric { get; init; }
    /// <summary>Ascending, above 0, at most <see cref="UsageAlertRules.ThresholdsMax"/>.</summary>
    public required decimal[] Thresholds { get; init; }

    /// <summary>Kind and id of what is measured, as usage is asked for.</summary>
    public (string Kind, string Id) Subject(bool partyIsPartner) => Subscription is { } subscription
        ? (DefinitionKinds.Subscription, subscription)
        : (partyIsPartner ? DefinitionKinds.Partner : DefinitionKinds.Customer, Party!);
}

/// <summary>All faults at once; that what it names exists is checked elsewhere.</summary>
public static class UsageAlertRules
{
    /// <summary>Thresholds of one alert.</summary>
    public const int ThresholdsMax = 16;

    /// <summary>An alert alone.</summary>
    public static FieldErrors Check(UsageAlert alert)
    {
        var errors = new FieldErrors();
        if (alert.Party is null == alert.Subscription is null) errors.Add("party", "must be given, or subscription; not both");
        if (alert.Party is { } party) errors.Id("party", party);
        if (alert.Subscription is { } subscription) errors.Id("subscription", subscription);
        errors.Id("agreement", alert.Agreement);
        if (alert.Meter is { } meter) errors.Id("meter", meter);
        errors.OneOf("metric", alert.Metric, "amount", "quantity");
        if (alert.Thresholds.Length is 0 or > ThresholdsMax) errors.Add("thresholds", $"must be 1 to {ThresholdsMax} amounts");
        for (var i = 0; i < alert.Thresholds.Length && i < ThresholdsMax; i++)
        {
            if (alert.Thresholds[i] == 0) errors.Add($"thresholds[{i}]", "must be above 0");
            errors.Number($"thresholds[{i}]", alert.Thresholds[i]);
            if (i > 0 && alert.Thresholds[i] <= alert.Thresholds[i - 1]) errors.Add($"thresholds[{i}]", "must be above the one before it");
        }

        return errors;
    }

    /// <summary>Thresholds that a figure has reached, ascending.</summary>
    public static IEnumerable<decimal> Reached(UsageAlert alert, decimal figure) => alert.Thresholds.TakeWhile(threshold => figure >= threshold);
}
