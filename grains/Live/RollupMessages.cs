// Rollups as messages: rows of subscriptions in, sums out.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.Grains.Live;

/// <summary>The one place where rows become totals.</summary>
internal static class RollupMessages
{
    /// <summary>Price versions and purses of one charge become one total.</summary>
    public static RollupTotal[] Totals(UsageRow[] rows)
    {
        var totals = new List<RollupTotal>(rows.Length);
        foreach (var row in rows)
        {
            var key = new RollupKey(row.Agreement, row.Plan, row.Charge, row.Meter, row.Period, row.StartMicros, row.EndMicros);
            var at = totals.FindIndex(total => total.Key == key);
            if (at < 0)
                totals.Add(new RollupTotal(key, row.Count, row.Quantity, row.Amount));
            else
                totals[at] = new RollupTotal(key, totals[at].Count + row.Count, totals[at].Quantity + row.Quantity, totals[at].Amount + row.Amount);
        }

        return [.. totals];
    }
}

/// <summary>Keeps answers until the sums behind them change: many read what seldom changes.</summary>
internal sealed class RollupAnswers
{
    private readonly Dictionary<string, (RollupView View, long Changes, RollupAnswer Answer)> made = [];

    public RollupAnswer Of(UsageRollup rollup, string? period, long nowMicros)
    {
        var view = rollup.Of(period, nowMicros);
        var name = period ?? "";
        if (!made.TryGetValue(name, out var kept) || kept.View != view || kept.Changes != view.Changes)
        {
            if (made.Count > 8)
                made.Clear();
            made[name] = kept = (view, view.Changes, Answer(view));
        }

        return kept.Answer with { AsOfMicros = rollup.AsOfMicros };
    }

    private static RollupAnswer Answer(RollupView view) => new()
    {
        Known = true,
        Meters = [.. view.Meters.Select(meter => new RollupMeterRow { Meter = meter.Meter, Events = meter.Events, Quantity = meter.Quantity })],
        Legs = [.. view.Legs.Select(leg => new RollupLegRow
        {
            Meter = leg.Meter, Agreement = leg.Agreement, Plan = leg.Plan, Charge = leg.Charge, Count = leg.Count, Quantity = leg.Quantity, Amount = leg.Amount,
        })],
    };
}
