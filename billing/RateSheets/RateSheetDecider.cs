// What importing a rate sheet makes of a plan: a version for each day on which a price changes, and a report of the changes.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.RateSheets;

/// <summary>
/// Pure. The sheet owns the plain prices of its meter that match on a country, or on a country and a network; all else of the plan's newest version is
/// carried on as it stands. Each network is a charge of its own, so a line says which, and rating stays a look-up in one table.
/// </summary>
public static class RateSheetDecider
{
    /// <summary>The dimension that holds the country.</summary>
    public const string CountryDimension = "country";
    /// <summary>The dimension that holds MCC and MNC.</summary>
    public const string NetworkDimension = "mccmnc";

    /// <summary>Decides; <paramref name="newest"/> is the plan's newest version, or null. With errors nothing is to be done.</summary>
    public static (RateSheetPlan Plan, FieldErrors Errors) Decide(RateSheet sheet, PlanVersion? newest)
    {
        var errors = new FieldErrors();
        var carried = new List<Charge>();
        var before = new SortedDictionary<RateKey, decimal>();
        foreach (var charge in newest?.Charges ?? [])
        {
            if (IsOwned(charge, sheet.Meter, out var key, out var price))
                before.Add(key, price);
            else
                carried.Add(charge);
        }

        CheckCarried(sheet, carried, errors);
        var byKey = sheet.Rows.GroupBy(row => row.Key).ToDictionary(rows => rows.Key, rows => rows.OrderBy(row => row.Effective).ToArray());
        SortedSet<LocalDate> days = [sheet.From, .. sheet.Rows.Select(row => row.Effective), .. sheet.Rows.Select(row => row.Cease).OfType<LocalDate>()];
        if (days.Count > Limits.RateSheetDaysMax)
            errors.Add("effective", $"must be at most {Limits.RateSheetDaysMax} different days, those on which prices cease included: each is a version of the plan");
        if (!errors.IsEmpty)
            return (new RateSheetPlan([], []), errors);
        var versions = new List<PlanVersion>();
        var last = before;
        foreach (var day in days)
        {
            var rates = RatesOn(day, sheet, before, byKey);
            if (!rates.SequenceEqual(last))
                versions.Add(Version(sheet.Meter, day, carried, rates));
            last = rates;
        }

        return (new RateSheetPlan(versions, [.. Changes(sheet, before, byKey)]), errors);
    }

    private static bool IsOwned(Charge charge, string meter, out RateKey key, out decimal price)
    {
        (key, price) = (default, 0);
        if (charge is not UsageCharge { UnitPrice: { } unit } usage || usage.Meter != meter || KeyOf(usage) is not { } found)
            return false;
        (key, price) = (found, unit);
        // Whatever makes it more than a price per unit (included units, a minimum, words of its own) is not a sheet's to write again.
        return usage == Plain(usage, unit);
    }

    private static UsageCharge Plain(UsageCharge usage, decimal price) =>
        new() { Id = usage.Id, Meter = usage.Meter, Match = usage.Match, UnitPrice = price, Fallback = usage.Fallback };

    private static RateKey? KeyOf(UsageCharge charge) => charge.Match.TryGetValue(CountryDimension, out var country) switch
    {
        true when charge.Match.Count == 1 => new RateKey(country, null),
        true when charge.Match.Count == 2 && charge.Match.TryGetValue(NetworkDimension, out var network) => new RateKey(country, network),
        _ => null,
    };

    private static void CheckCarried(RateSheet sheet, List<Charge> carried, FieldErrors errors)
    {
        var taken = carried.OfType<UsageCharge>().Where(charge => charge.Meter == sheet.Meter && KeyOf(charge) is not null)
            .GroupBy(charge => KeyOf(charge)!.Value).ToDictionary(group => group.Key, group => group.First().Id);
        foreach (var row in sheet.Rows.Where(row => taken.ContainsKey(row.Key)))
            errors.Add($"line {row.Line}", $"{row.Key} is priced by charge \"{taken[row.Key]}\", which is more than a price per unit");
    }

    // A network keeps its old price until the sheet's first row for it; without one it goes with a whole sheet's first day.
    private static SortedDictionary<RateKey, decimal> RatesOn(LocalDate day, RateSheet sheet, SortedDictionary<RateKey, decimal> before,
        Dictionary<RateKey, RateRow[]> byKey)
    {
        var rates = new SortedDictionary<RateKey, decimal>();
        foreach (var (key, price) in before)
        {
            if (byKey.TryGetValue(key, out var rows) ? day < rows[0].Effective : !sheet.IsWhole)
                rates.Add(key, price);
        }

        foreach (var (key, rows) in byKey)
        {
            if (Array.FindLast(rows, row => row.Effective <= day) is { } row && !(row.Cease <= day))
                rates.Add(key, row.Price);
        }

        return rates;
    }

    private static PlanVersion Version(string meter, LocalDate day, List<Charge> carried, SortedDictionary<RateKey, decimal> rates) => new()
    {
        EffectiveFrom = new EffectiveFrom { Date = day },
        Charges = [.. carried, .. rates.Select(rate => new UsageCharge
        {
            Id = $"{meter}:{rate.Key.Country}:{rate.Key.Network ?? "default"}",
            Meter = meter,
            Match = rate.Key.Network is { } network
                ? new() { [CountryDimension] = rate.Key.Country, [NetworkDimension] = network }
                : new() { [CountryDimension] = rate.Key.Country },
            UnitPrice = rate.Value,
            Fallback = rate.Key.Network is null,
        })],
    };

    private static IEnumerable<RateChange> Changes(RateSheet sheet, SortedDictionary<RateKey, decimal> before, Dictionary<RateKey, RateRow[]> byKey)
    {
        foreach (var row in sheet.Rows)
        {
            var rows = byKey[row.Key];
            var index = Array.IndexOf(rows, row);
            var previous = index == 0 ? Find(before, row.Key) : rows[index - 1].Cease <= row.Effective ? null : rows[index - 1].Price;
            yield return new RateChange(row.Line, row.Key, KindOf(previous, row.Price), previous, row.Price, row.Effective);
            var next = index + 1 < rows.Length ? rows[index + 1].Effective : (LocalDate?)null;
            if (row.Cease is { } cease && (next is null || cease < next))
                yield return new RateChange(row.Line, row.Key, "withdrawn", row.Price, null, cease);
        }

        if (!sheet.IsWhole)
            yield break;
        foreach (var (key, price) in before.Where(rate => !byKey.ContainsKey(rate.Key)))
            yield return new RateChange(null, key, "withdrawn", price, null, sheet.From);
    }

    private static decimal? Find(SortedDictionary<RateKey, decimal> rates, RateKey key) => rates.TryGetValue(key, out var price) ? price : null;

    private static string KindOf(decimal? previous, decimal price) =>
        previous is null ? "new" : price > previous ? "increase" : price < previous ? "decrease" : "same";
}
