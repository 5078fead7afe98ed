// What is published of a catalogue: the plan's charges, without what is switched off, at the prices that the levels make.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>Pure. Prices are exact: a product with more digits than a price may have is refused, never rounded.</summary>
public static class CatalogueDecider
{
    private const int LevelsMax = 5_000;
    private const decimal MultiplierMax = 1_000;
    private const int MultiplierPlacesMax = 4;

    /// <summary>The levels, from the widest to the closest.</summary>
    private static readonly string[] Levels = ["service", "collection", "item"];

    /// <summary>What is wrong with a catalogue alone.</summary>
    public static FieldErrors Check(CustomerCatalogue catalogue)
    {
        var errors = new FieldErrors();
        errors.Id("base", catalogue.Base);
        if (catalogue.Levels.Sum(level => level.Value.Count) > LevelsMax) errors.Add("levels", $"must be at most {LevelsMax}");
        foreach (var (level, names) in catalogue.Levels)
        {
            if (!Levels.Contains(level)) errors.Add($"levels.{level}", "must be one of " + string.Join(", ", Levels));
            foreach (var (name, said) in names.Take(LevelsMax)) Check(said, level, $"levels.{level}.{name}", name, errors);
        }
        return errors;
    }

    /// <summary>The charges that are sold from a version of the base plan, or what does not fit it.</summary>
    public static (Charge[] Charges, FieldErrors Errors) Publish(CustomerCatalogue catalogue, PlanVersion version)
    {
        var errors = new FieldErrors();
        foreach (var (level, names) in catalogue.Levels)
            foreach (var name in names.Keys.Where(name => !Array.Exists(version.Charges, charge => NameOn(charge, level) == name)))
                errors.Add($"levels.{level}.{name}", $"is no {level} of plan \"{catalogue.Base}\"");
        var charges = new List<Charge>();
        foreach (var charge in version.Charges)
        {
            var said = Levels.Select(level => Find(catalogue, level, NameOn(charge, level))).OfType<CatalogueLevel>().ToList();
            if (!said.TrueForAll(level => level.Enabled)) continue;
            if (said.Find(level => level.Price is not null)?.Price is { } price)
                charges.Add(Priced(charge, price, errors));
            else
                charges.Add(said.FindLast(level => level.Multiplier is not null)?.Multiplier is { } by ? Times(charge, by) : charge);
        }
        if (charges.Count == 0) errors.Add("levels", "leave nothing to sell");
        return ([.. charges], errors);
    }

    private static void Check(CatalogueLevel said, string level, string field, string name, FieldErrors errors)
    {
        errors.Id(field, name);
        if (said.Price is not null && level != "item") errors.Add($"{field}.price", "is for items: services and collections have a multiplier");
        if (said.Price is not null && said.Multiplier is not null) errors.Add($"{field}.multiplier", "must be absent where there is a price");
        if (said.Price is { } price) errors.Number($"{field}.price", price);
        if (said.Multiplier is not { } by) return;
        if (by is < 0 or > MultiplierMax) errors.Add($"{field}.multiplier", $"must be 0 to {MultiplierMax}");
        else if (Money.Rounding.PlacesOf(by) > MultiplierPlacesMax)
            errors.Add($"{field}.multiplier", $"must have at most {MultiplierPlacesMax} digits after the point");
    }

    private static CatalogueLevel? Find(CustomerCatalogue catalogue, string level, string? name) =>
        name is not null && catalogue.Levels.TryGetValue(level, out var names) ? names.GetValueOrDefault(name) : null;

    private static string? NameOn(Charge charge, string level) => level switch
    {
        "service" => charge.Service,
        "collection" => charge.Collection,
        _ => charge.Id,
    };

    private static Charge Priced(Charge charge, decimal price, FieldErrors errors)
    {
        switch (charge)
        {
            case RecurringCharge fee: return fee with { Price = price };
            case UsageCharge { Tiers: null, UnitPrice: not null } usage: return usage with { UnitPrice = price };
            default:
                errors.Add($"levels.item.{charge.Id}.price", "is for charges with one price: give this one a multiplier");
                return charge;
        }
    }

    private static Charge Times(Charge charge, decimal by) => charge switch
    {
        RecurringCharge fee => fee with { Price = fee.Price * by },
        UsageCharge usage => usage with
        {
            UnitPrice = usage.UnitPrice * by, Overage = usage.Overage * by, Percent = usage.Model == "percentage" ? usage.Percent * by : usage.Percent,
            FixedFee = usage.FixedFee * by, Minimum = usage.Minimum * by, Maximum = usage.Maximum * by, MinimumPerEvent = usage.MinimumPerEvent * by,
            MaximumPerEvent = usage.MaximumPerEvent * by,
            Tiers = usage.Tiers is null ? null
                : [.. usage.Tiers.Select(tier => tier with { UnitPrice = tier.UnitPrice * by, FlatPrice = tier.FlatPrice * by })],
        },
        _ => charge,
    };
}
