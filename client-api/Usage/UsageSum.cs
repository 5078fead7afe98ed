// Adds up the usage of many subscriptions, or takes the sums that a party keeps.
using NodaTime;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>For one caller, whose own legs alone show amounts. Not for several threads at once.</summary>
public sealed class UsageSum(ApiCaller caller, KnownFacts facts, bool byCharge)
{
    private readonly SortedDictionary<string, (decimal Quantity, long Events)> meters = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<string, LegSum>> amounts = new(StringComparer.Ordinal);
    private long? asOf;

    /// <summary>As of when all of it is told; null: nothing was added.</summary>
    public Instant? AsOf => asOf is { } micros ? Micros.Instant(micros) : null;

    /// <summary>Adds one subscription.</summary>
    public async Task Add(UsageReport report, CancellationToken cancel)
    {
        // What is told of all is true as of the first one that was asked.
        asOf = asOf is { } earlier ? Math.Min(earlier, report.AsOfMicros) : report.AsOfMicros;
        await Add(report.Rows, Fullest(report.Rows), cancel);
    }

    /// <summary>By meter the leg that counts for all. Every event is rated on every leg, so it is the fullest, since a leg may have come later.</summary>
    public static IReadOnlyDictionary<string, string> Fullest(IEnumerable<UsageRow> rows) => rows.GroupBy(row => row.Meter)
        .ToDictionary(meter => meter.Key, meter => meter.GroupBy(row => row.Agreement).MaxBy(leg => leg.Sum(row => row.Count))!.Key);

    /// <summary>Adds rows of one subscription, whose quantities count where they stand on the <paramref name="fullest"/> leg.</summary>
    public async Task Add(IEnumerable<UsageRow> rows, IReadOnlyDictionary<string, string> fullest, CancellationToken cancel)
    {
        foreach (var row in rows)
        {
            var sum = meters.GetValueOrDefault(row.Meter);
            meters[row.Meter] = fullest[row.Meter] == row.Agreement ? (sum.Quantity + row.Quantity, sum.Events + row.Count) : sum;
            await Add(row.Meter, row.Agreement, row.Plan, new ChargeSum(row.Charge, row.Count, row.Quantity, row.Amount), cancel);
        }
    }

    /// <summary>Takes the sums of a party.</summary>
    public async Task Add(RollupAnswer known, CancellationToken cancel)
    {
        asOf = known.AsOfMicros;
        foreach (var meter in known.Meters)
            meters[meter.Meter] = (meter.Quantity, meter.Events);
        foreach (var leg in known.Legs)
            await Add(leg.Meter, leg.Agreement, leg.Plan, new ChargeSum(leg.Charge, leg.Count, leg.Quantity, leg.Amount), cancel);
    }

    /// <summary>The answer.</summary>
    public UsageView View(string period, Instant now) => new(period, AsOf ?? now,
    [
        .. meters.Select(meter => new MeterUsage(meter.Key, AmountText.Exact(meter.Value.Quantity), meter.Value.Events,
        [
            .. (amounts.GetValueOrDefault(meter.Key) ?? []).Select(leg => new LegUsage(leg.Key, Money(leg.Value.Amount, leg.Value.Currency), leg.Value.View())),
        ])),
    ]);

    private static ExactMoney Money(decimal amount, string currency) => new(AmountText.Exact(amount, currency), currency);

    private async ValueTask Add(string meter, string agreement, string plan, ChargeSum charge, CancellationToken cancel)
    {
        if (!await facts.IsPartyTo(caller, agreement, cancel))
            return;
        var currency = await facts.CurrencyOf(plan, cancel);
        if (!amounts.TryGetValue(meter, out var legs))
            amounts[meter] = legs = new(StringComparer.Ordinal);
        if (!legs.TryGetValue(agreement, out var leg))
            legs[agreement] = leg = new LegSum(currency, byCharge);
        if (leg.Currency != currency)
            throw new InvalidOperationException($"Agreement {agreement} has usage in {leg.Currency} and in {currency}.");
        leg.Add(charge);
    }

    private readonly record struct ChargeSum(string Charge, long Count, decimal Quantity, decimal Amount);

    private sealed class LegSum(string currency, bool byCharge)
    {
        private readonly SortedDictionary<string, ChargeSum>? charges = byCharge ? new(StringComparer.Ordinal) : null;

        public decimal Amount { get; private set; }

        public string Currency => currency;

        public void Add(in ChargeSum more)
        {
            Amount += more.Amount;
            if (charges is null)
                return;
            var sum = charges.GetValueOrDefault(more.Charge, more with { Count = 0, Quantity = 0, Amount = 0 });
            charges[more.Charge] = sum with { Count = sum.Count + more.Count, Quantity = sum.Quantity + more.Quantity, Amount = sum.Amount + more.Amount };
        }

        public IReadOnlyList<ChargeUsage>? View() => charges is null ? null :
            [.. charges.Values.Select(sum => new ChargeUsage(sum.Charge, AmountText.Exact(sum.Quantity), sum.Count, Money(sum.Amount, currency)))];
    }
}
