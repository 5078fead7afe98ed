// Adds up the usage of many subscriptions.
using NodaTime;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>For one caller, whose own legs alone show amounts. Not for several threads at once.</summary>
public sealed class UsageSum(ApiCaller caller, KnownFacts facts)
{
    private readonly SortedDictionary<string, (decimal Quantity, long Events)> meters = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Meter, string Agreement), (decimal Amount, string Currency)> amounts = [];
    private long? asOf;

    /// <summary>Adds one subscription.</summary>
    public async Task Add(UsageReport report, CancellationToken cancel)
    {
        // What is told of all is true as of the first one that was asked.
        asOf = asOf is { } earlier ? Math.Min(earlier, report.AsOfMicros) : report.AsOfMicros;
        foreach (var meter in report.Rows.GroupBy(row => row.Meter))
        {
            var legs = meter.GroupBy(row => row.Agreement)
                .Select(leg => (Agreement: leg.Key, leg.First().Plan, Count: leg.Sum(row => row.Count),
                    Quantity: leg.Sum(row => row.Quantity), Amount: leg.Sum(row => row.Amount)))
                .ToList();
            // Every event is rated on every leg, so one leg counts them all: the fullest, since a leg may have come later.
            var fullest = legs.MaxBy(leg => leg.Count);
            var sum = meters.GetValueOrDefault(meter.Key);
            meters[meter.Key] = (sum.Quantity + fullest.Quantity, sum.Events + fullest.Count);
            foreach (var leg in legs)
                if (await facts.IsPartyTo(caller, leg.Agreement, cancel))
                    Add(meter.Key, leg.Agreement, leg.Amount, await facts.CurrencyOf(leg.Plan, cancel));
        }
    }

    /// <summary>The answer.</summary>
    public UsageView View(string period, Instant now) => new(period, asOf is { } micros ? Micros.Instant(micros) : now,
    [
        .. meters.Select(meter => new MeterUsage(meter.Key, AmountText.Exact(meter.Value.Quantity), meter.Value.Events,
        [
            .. amounts.Where(leg => leg.Key.Meter == meter.Key).Select(leg =>
                new LegUsage(leg.Key.Agreement, new ExactMoney(AmountText.Exact(leg.Value.Amount, leg.Value.Currency), leg.Value.Currency))),
        ])),
    ]);

    private void Add(string meter, string agreement, decimal amount, string currency)
    {
        var sum = amounts.GetValueOrDefault((meter, agreement), (0m, currency));
        if (sum.Item2 != currency)
            throw new InvalidOperationException($"Agreement {agreement} has usage in {sum.Item2} and in {currency}.");
        amounts[(meter, agreement)] = (sum.Item1 + amount, currency);
    }
}
