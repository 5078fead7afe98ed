// Live figures of one subscription as a message.
using NodaTime;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.Grains.Usage;

/// <summary>Maps running totals to rows: the one place where cells become messages. Packages and surcharges have an amount alone.</summary>
public static class UsageRows
{
    /// <summary>Rows of a period by label; null: of the period that <paramref name="now"/> lies in.</summary>
    public static UsageRow[] Of(SubscriptionState state, string? period, Instant now)
    {
        var rows = new List<UsageRow>();
        foreach (ref readonly var cell in state.Cells)
        {
            var identity = cell.Identity;
            if (cell.IsEmpty || (period is null ? !identity.Period.Contains(now) : identity.Period.Label != period))
                continue;
            rows.Add(Row(cell));
        }

        if (period is not null)
            rows.AddRange(state.Archive.Of(period).Select(Row));
        return [.. rows];
    }

    /// <summary>Rows of every period that a rollup answers for (<see cref="RollupPeriods"/>).</summary>
    public static UsageRow[] Live(SubscriptionState state, Instant now)
    {
        var (rows, count) = (new UsageRow[state.CellCount], 0);
        foreach (ref readonly var cell in state.Cells)
        {
            if (!cell.IsEmpty)
                rows[count++] = Row(cell);
        }

        if (count < rows.Length)
            Array.Resize(ref rows, count);
        return state.Archive.Count == 0 ? rows : [.. rows, .. RollupPeriods.Labels(now).SelectMany(state.Archive.Of).Select(Row)];
    }

    private static UsageRow Row(in UsageCell cell) => new()
    {
        Agreement = cell.Identity.Agreement,
        Meter = cell.Identity.Meter,
        Charge = cell.Identity.Charge,
        Plan = cell.Identity.Plan,
        Period = cell.Identity.Period.Label,
        StartMicros = Micros.Of(cell.Identity.Period.Start),
        EndMicros = Micros.Of(cell.Identity.Period.End),
        Count = CellIdentity.CountsUnits(cell.Identity.Charge) ? cell.Count : 0,
        Quantity = CellIdentity.CountsUnits(cell.Identity.Charge) ? cell.Quantity : 0,
        Amount = cell.Amount,
    };

    private static UsageRow Row(ArchivedTotal total) => new()
    {
        Agreement = total.Agreement,
        Meter = total.Meter,
        Charge = total.Charge,
        Plan = total.Plan,
        Period = total.Period,
        Count = CellIdentity.CountsUnits(total.Charge) ? total.Count : 0,
        Quantity = CellIdentity.CountsUnits(total.Charge) ? total.Quantity : 0,
        Amount = total.Amount,
    };
}
