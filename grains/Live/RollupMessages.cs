// Rollups as messages: rows of subscriptions in, sums out.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.Grains.Live;

/// <summary>The one place where rows become totals.</summary>
internal static class RollupMessages
{
    /// <summary>Price versions and purses of one charge become one total. <paramref name="into"/> is emptied first.</summary>
    public static void Totals(ReadOnlySpan<UsageRow> rows, List<RollupTotal> into)
    {
        into.Clear();
        foreach (ref readonly var row in rows)
        {
            var key = new RollupKey(row.Agreement, row.Plan, row.Charge, row.Meter, row.Period, row.StartMicros, row.EndMicros);
            var at = 0;
            while (at < into.Count && into[at].Key != key)
                at++;
            if (at == into.Count)
                into.Add(new RollupTotal(key, row.Count, row.Quantity, row.Amount));
            else
                into[at] = new RollupTotal(key, into[at].Count + row.Count, into[at].Quantity + row.Quantity, into[at].Amount + row.Amount);
        }
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
