// The sums of a rollup for one period, kept up to date report by report.
namespace OrleansBilling.Billing.Usage;

/// <summary>Units and events of one meter, counted once however many legs there are.</summary>
public readonly record struct RollupMeter(string Meter, long Events, decimal Quantity);

/// <summary>What one charge of one leg came to.</summary>
public readonly record struct RollupLeg(string Meter, string Agreement, string Plan, string Charge, long Count, decimal Quantity, decimal Amount);

/// <summary>Sums of a period by label, or of the periods that are current.</summary>
public sealed class RollupView
{
    private readonly SortedDictionary<string, RollupMeter> meters = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Meter, string Agreement, string Plan, string Charge), RollupLeg> legs = [];
    private readonly long atMicros;
    private long fromMicros;
    private long untilMicros;

    internal RollupView(string? period, long atMicros, long fromMicros, long untilMicros) =>
        (Period, this.atMicros, this.fromMicros, this.untilMicros) = (period, atMicros, fromMicros, untilMicros);

    /// <summary>Label, or null: the current ones.</summary>
    public string? Period { get; }

    /// <summary>Grows with every change, for who keeps what was made from it.</summary>
    public long Changes { get; private set; }

    /// <summary>By meter, those with events or amounts.</summary>
    public IEnumerable<RollupMeter> Meters => meters.Values.Where(meter => meter.Events != 0 || Legs.Any(leg => leg.Meter == meter.Meter));

    /// <summary>By leg and charge, those with events or amounts: the price of a package is no usage.</summary>
    public IEnumerable<RollupLeg> Legs => legs.Values.Where(leg => leg.Count != 0 || leg.Amount != 0);

    internal bool Answers(string? period, long nowMicros) => Period == period && (period is not null || (fromMicros <= nowMicros && nowMicros < untilMicros));

    internal void Bound(in RollupKey key)
    {
        foreach (var bound in (ReadOnlySpan<long>)[key.StartMicros, key.EndMicros])
        {
            if (bound <= atMicros) fromMicros = Math.Max(fromMicros, bound);
            else untilMicros = Math.Min(untilMicros, bound);
        }
    }

    internal void Take(ReadOnlySpan<KeptTotal> totals, int sign)
    {
        foreach (ref readonly var total in totals)
        {
            if (!Counts(total))
                continue;
            Changes++;
            var place = (total.Key.Meter, total.Key.Agreement, total.Key.Plan, total.Key.Charge);
            var leg = legs.GetValueOrDefault(place, new RollupLeg(place.Meter, place.Agreement, place.Plan, place.Charge, 0, 0, 0));
            legs[place] = leg with
            {
                Count = leg.Count + (sign * total.Count), Quantity = leg.Quantity + (sign * total.Quantity), Amount = leg.Amount + (sign * total.Amount),
            };
        }

        for (var index = 0; index < totals.Length; index++)
        {
            if (IsFirstOfMeter(totals, index))
                AddMeter(totals[index].Key.Meter, Fullest(totals, totals[index].Key.Meter), sign);
        }
    }

    private void AddMeter(string meter, (long Events, decimal Quantity) child, int sign)
    {
        var sum = meters.GetValueOrDefault(meter, new RollupMeter(meter, 0, 0));
        meters[meter] = sum with { Events = sum.Events + (sign * child.Events), Quantity = sum.Quantity + (sign * child.Quantity) };
    }

    private bool Counts(in KeptTotal total) => Period is null ? total.Key.Contains(atMicros) : total.Key.Period == Period;

    private bool IsFirstOfMeter(ReadOnlySpan<KeptTotal> totals, int index)
    {
        if (!Counts(totals[index]))
            return false;
        for (var before = 0; before < index; before++)
        {
            if (Counts(totals[before]) && totals[before].Key.Meter == totals[index].Key.Meter)
                return false;
        }

        return true;
    }

    // Every event is rated on every leg, so one leg counts them all: the fullest, since a leg may have come later.
    private (long Events, decimal Quantity) Fullest(ReadOnlySpan<KeptTotal> totals, string meter)
    {
        var fullest = (Events: 0L, Quantity: 0m);
        for (var index = 0; index < totals.Length; index++)
        {
            if (!Counts(totals[index]) || totals[index].Key.Meter != meter)
                continue;
            var leg = (Events: 0L, Quantity: 0m);
            foreach (ref readonly var total in totals)
            {
                if (Counts(total) && total.Key.Meter == meter && total.Key.Agreement == totals[index].Key.Agreement)
                    leg = (leg.Events + total.Count, leg.Quantity + total.Quantity);
            }

            if (leg.Events > fullest.Events)
                fullest = leg;
        }

        return fullest;
    }
}
