// What makes a usage charge acceptable: each price model has its own members.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>All faults at once. Match keys are held against the meters in <see cref="References"/>.</summary>
internal static class UsageChargeRules
{
    private const int MatchMax = 16;
    private const int MatchValueLengthMax = 128;
    private const int TiersMax = 100;
    private const string PricedUnits = "is of units that cost nothing: unit_price with overage prices the included ones";
    private static readonly string[] Models = ["per_unit", "graduated", "volume", "package", "flat", "percentage", "cost_plus"];

    public static void Check(UsageCharge charge, string field, FieldErrors errors)
    {
        errors.Id($"{field}.meter", charge.Meter);
        errors.OneOf($"{field}.model", charge.Model, Models);
        if (charge.Match.Count > MatchMax) errors.Add($"{field}.match", $"must have at most {MatchMax} members");
        foreach (var (dimension, value) in charge.Match.Take(MatchMax)) errors.Text($"{field}.match.{dimension}", value, MatchValueLengthMax);
        errors.Number($"{field}.included", charge.Included);
        errors.Number($"{field}.per", charge.Per);
        if (charge.Per == 0) errors.Add($"{field}.per", "must be more than 0");
        foreach (var (name, value, _) in Members(charge))
            if (value is { } number) errors.Number($"{field}.{name}", number);
        if (charge.Rollover is { } rollover) errors.OneOf($"{field}.rollover", rollover, Allowances.RolloverRules.Words);
        if (!Models.Contains(charge.Model)) return;
        foreach (var (name, value, models) in Members(charge))
            if (value is not null and not 0m && !models.Contains(charge.Model)) errors.Add($"{field}.{name}", $"belongs to {string.Join(" and ", models)}");
        CheckRequired(charge, field, errors);
        CheckTiers(charge, field, errors);
        CheckRollover(charge, field, errors);
        if (charge.Surcharge is not null) CheckSurcharge(charge, field, errors);
        if (charge.Minimum > charge.Maximum) errors.Add($"{field}.minimum", "must not be more than maximum");
        if (charge.MinimumPerEvent > charge.MaximumPerEvent) errors.Add($"{field}.minimum_per_event", "must not be more than maximum_per_event");
    }

    // Units that are carried over cost nothing, so they must have cost nothing where they come from.
    private static void CheckRollover(UsageCharge charge, string field, FieldErrors errors)
    {
        if (charge.PrepaidPool == true)
        {
            if (charge.Included == 0) errors.Add($"{field}.prepaid_pool", "is of included units, of which there are none");
            if (charge is { Overage: not null, UnitPrice: > 0 }) errors.Add($"{field}.prepaid_pool", PricedUnits);
            if (charge.RolloverRule != Allowances.RolloverRule.None) errors.Add($"{field}.prepaid_pool", "excludes rollover: a pool lasts as long as it was paid for");
        }

        if (charge.RolloverRule == Allowances.RolloverRule.None)
        {
            if (charge.RolloverMax is not null) errors.Add($"{field}.rollover_max", "belongs to rollover");
            return;
        }

        if (charge.Included == 0) errors.Add($"{field}.rollover", "is of included units, of which there are none");
        else if (charge is { Overage: not null, UnitPrice: > 0 }) errors.Add($"{field}.rollover", PricedUnits);
        if (charge.RolloverMax == 0) errors.Add($"{field}.rollover_max", "must be more than 0: leave rollover out instead");
    }

    private static void CheckSurcharge(UsageCharge charge, string field, FieldErrors errors)
    {
        errors.Id($"{field}.surcharge", charge.Surcharge);
        if (charge.Model != "per_unit") errors.Add($"{field}.model", "must be per_unit for a surcharge");
        (string, decimal?)[] none = [("included", charge.Included), ("overage", charge.Overage), ("minimum", charge.Minimum), ("maximum", charge.Maximum)];
        foreach (var (name, value) in none)
            if (value is not null and not 0m) errors.Add($"{field}.{name}", "is not for a surcharge");
    }

    private static (string Name, decimal? Value, string[] Models)[] Members(UsageCharge charge) =>
    [
        ("unit_price", charge.UnitPrice, ["per_unit", "package", "flat"]),
        ("overage", charge.Overage, ["per_unit"]),
        ("included", charge.Included, ["per_unit"]),
        ("rollover_max", charge.RolloverMax, ["per_unit"]),
        ("per", charge.Per == 1 ? null : charge.Per, ["per_unit", "graduated", "volume"]),
        ("package_size", charge.PackageSize, ["package"]),
        ("free_units", charge.FreeUnits, ["graduated", "volume", "package"]),
        ("percent", charge.Percent, ["percentage", "cost_plus"]),
        ("fixed_fee", charge.FixedFee, ["percentage", "cost_plus"]),
        ("minimum_per_event", charge.MinimumPerEvent, ["percentage", "cost_plus"]),
        ("maximum_per_event", charge.MaximumPerEvent, ["percentage", "cost_plus"]),
        ("minimum", charge.Minimum, ["per_unit", "graduated", "volume", "package", "percentage", "cost_plus"]),
        ("maximum", charge.Maximum, ["per_unit", "graduated", "volume", "package"]),
    ];

    private static void CheckRequired(UsageCharge charge, string field, FieldErrors errors)
    {
        switch (charge.Model)
        {
            case "per_unit" when charge.UnitPrice is null && !(charge.Overage is not null && charge.Included > 0):
                errors.Add($"{field}.unit_price", "is required, unless included and overage are given");
                break;
            case "package" or "flat" when charge.UnitPrice is null:
                errors.Add($"{field}.unit_price", "is required");
                break;
            case "percentage" or "cost_plus" when charge.Percent is null:
                errors.Add($"{field}.percent", "is required");
                break;
        }

        if (charge.Model == "package" && charge.PackageSize is not > 0) errors.Add($"{field}.package_size", "is required and must be more than 0");
        if (charge.Model is "graduated" or "volume" && charge.Tiers is null) errors.Add($"{field}.tiers", "is required");
        if (charge.Model is not ("graduated" or "volume") && charge.Tiers is not null) errors.Add($"{field}.tiers", "belongs to graduated and volume");
    }

    private static void CheckTiers(UsageCharge charge, string field, FieldErrors errors)
    {
        if (charge.Tiers is not { } tiers) return;
        if (tiers.Length is < 1 or > TiersMax) errors.Add($"{field}.tiers", $"must be 1 to {TiersMax}");
        for (var i = 0; i < tiers.Length && i < TiersMax; i++)
        {
            var (tier, at) = (tiers[i], $"{field}.tiers[{i}]");
            errors.Number($"{at}.unit_price", tier.UnitPrice);
            if (tier.FlatPrice is { } flat) errors.Number($"{at}.flat_price", flat);
            if (tier.UpTo is { } end) errors.Number($"{at}.up_to", end);
            if (i == tiers.Length - 1 != tier.UpTo is null) errors.Add($"{at}.up_to", "is for all tiers but the last, which has no end");
            else if (tier.UpTo <= (i == 0 ? 0 : tiers[i - 1].UpTo)) errors.Add($"{at}.up_to", "must be more than that of the tier before");
        }
    }
}
