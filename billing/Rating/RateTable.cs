// Finds the charge of an event in one plan version: the most specific match wins, by UTF-8 bytes, without allocating.
using System.Text;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Rating;

/// <summary>The usage charges of one plan version, compiled. Immutable.</summary>
public sealed class RateTable
{
    private readonly Dictionary<Utf8Key, MeterRates> byMeter;
    private readonly Dictionary<Utf8Key, MeterRates>.AlternateLookup<ReadOnlySpan<byte>> lookup;
    private readonly Dictionary<Utf8Key, MeterRates[]>.AlternateLookup<ReadOnlySpan<byte>> surcharges;

    /// <summary>Compiles the usage charges with the meters that they price.</summary>
    public RateTable(PlanVersion version, Func<string, Meter> meterOf)
    {
        byMeter = version.Charges.OfType<UsageCharge>().Where(charge => charge.Surcharge is null).GroupBy(charge => charge.Meter)
            .ToDictionary(group => Utf8Key.Of(group.Key), group => new MeterRates(group, meterOf(group.Key)), Utf8KeyComparer.Instance);
        lookup = byMeter.GetAlternateLookup<ReadOnlySpan<byte>>();
        var added = version.Charges.OfType<UsageCharge>().Where(charge => charge.Surcharge is not null).GroupBy(charge => charge.Meter)
            .ToDictionary(group => Utf8Key.Of(group.Key), group => group.GroupBy(charge => charge.Surcharge).OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new MeterRates(kind, meterOf(group.Key))).ToArray(), Utf8KeyComparer.Instance);
        HasSurcharges = added.Count > 0;
        surcharges = added.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Whether anything is ever added to a price.</summary>
    public bool HasSurcharges { get; }

    /// <summary>Whether a meter's events are not added up.</summary>
    internal bool Reads(string meter) => byMeter.TryGetValue(Utf8Key.Of(meter), out var rates) && rates.Kind is not null;

    /// <summary>What is added to the price of this event: of each kind the most specific match, if any.</summary>
    internal IEnumerable<MeterRates> SurchargesOn(in UsageRecord record) => surcharges.TryGetValue(record.Meter, out var kinds) ? kinds : [];

    /// <summary>
    /// The charge that prices this event and the quantity that its meter counts, or null: no match and no default. Where the meter is not added up, the reading
    /// says what it counts; without the dimension whose values are counted there is none, and no price.
    /// </summary>
    internal PricedCharge? Find(in UsageRecord record, out decimal quantity, out Reading? reading)
    {
        (quantity, reading) = (record.Quantity, null);
        if (!lookup.TryGetValue(record.Meter, out var rates))
            return null;
        if (rates.CountsEvents)
            quantity = 1;
        return rates.Kind is { } kind && (reading = Reading.Of(kind, rates.UniqueBy, record)) is null ? null : rates.Find(record);
    }
}

/// <summary>A charge and the cells that it was counted in lately: a few periods, newest first.</summary>
internal sealed class PricedCharge(UsageCharge charge)
{
    private const int PeriodsMax = 4;
    private volatile CellIdentity[] recent = [];

    public UsageCharge Charge { get; } = charge;

    public CellIdentity? CellAt(Instant at)
    {
        foreach (var cell in recent)
        {
            if (cell.Period.Contains(at))
                return cell;
        }

        return null;
    }

    // Two threads may both add: one entry is lost and made again later.
    public void Add(CellIdentity cell) => recent = [cell, .. recent.Take(PeriodsMax - 1)];
}

/// <summary>
/// The charges of one meter, grouped by the set of dimensions they match on. Sets are tried from the most dimensions to none, then by the
/// meter's order of dimensions (domain 0.3, rule 15), so the first hit is the most specific; a rate sheet of 10,000 rows is one set.
/// </summary>
internal sealed class MeterRates
{
    private readonly MatchSet[] sets;

    public MeterRates(IEnumerable<UsageCharge> charges, Meter meter)
    {
        var dimensions = meter.Dimensions;
        CountsEvents = meter.Aggregation == "count";
        Kind = Reading.KindOf(meter.Aggregation);
        UniqueBy = meter.UniqueBy is { } name ? Encoding.UTF8.GetBytes(name) : [];
        sets = [.. charges.GroupBy(charge => SetOf(charge, dimensions)).OrderByDescending(set => set.Key.Length)
            .ThenBy(set => string.Concat(set.Key.Select(rank => (char)rank)), StringComparer.Ordinal)
            .Select(set => new MatchSet([.. set.Key.Select(rank => dimensions[rank])], set))];
    }

    /// <summary>The meter counts events, whatever quantity they carry.</summary>
    public bool CountsEvents { get; }

    /// <summary>How the meter's readings count; null: its events are added up.</summary>
    public ReadingKind? Kind { get; }

    /// <summary>The dimension whose values are counted, UTF-8.</summary>
    public byte[] UniqueBy { get; }

    public PricedCharge? Find(in UsageRecord record)
    {
        foreach (var set in sets)
        {
            if (set.Find(record) is { } charge)
                return charge;
        }

        return null;
    }

    // Ranks as a string: a key with value equality, in the meter's order.
    private static string SetOf(UsageCharge charge, IReadOnlyList<string> dimensions) =>
        string.Concat(Enumerable.Range(0, dimensions.Count).Where(rank => charge.Match.ContainsKey(dimensions[rank])).Select(rank => (char)rank));

    private sealed class MatchSet
    {
        private readonly byte[][] names;
        private const int StackBytesMax = 512;
        private readonly Dictionary<Utf8Key, PricedCharge> byValues;
        private readonly Dictionary<Utf8Key, PricedCharge>.AlternateLookup<ReadOnlySpan<byte>> lookup;
        private readonly int longestKey;

        public MatchSet(string[] dimensions, IEnumerable<UsageCharge> charges)
        {
            names = [.. dimensions.Select(Encoding.UTF8.GetBytes)];
            byValues = charges.ToDictionary(charge => new Utf8Key(KeyOf(dimensions.Select(name => charge.Match[name]))), charge => new PricedCharge(charge),
                Utf8KeyComparer.Instance);
            lookup = byValues.GetAlternateLookup<ReadOnlySpan<byte>>();
            longestKey = byValues.Keys.Max(key => key.Span.Length);
        }

        public PricedCharge? Find(in UsageRecord record)
        {
            // What is longer than every key matches none of them.
            Span<byte> key = longestKey <= StackBytesMax ? stackalloc byte[longestKey] : new byte[longestKey];
            var used = 0;
            foreach (var name in names)
            {
                if (!record.TryGetDimension(name, out var value) || used + value.Length + 1 > key.Length)
                    return null;
                value.CopyTo(key[used..]);
                used += value.Length;
                key[used++] = 0;
            }

            return lookup.TryGetValue(key[..used], out var charge) ? charge : null;
        }

        private static byte[] KeyOf(IEnumerable<string> values) => [.. values.SelectMany(value => Encoding.UTF8.GetBytes(value).Append((byte)0))];
    }
}
