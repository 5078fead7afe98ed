// Which units of one event packages pay for, leg by leg: in order, all or nothing.
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>Units that a grant pays for.</summary>
/// <param name="Purse">Of the totals that they count in.</param>
internal readonly record struct GrantPart(int Grant, decimal Quantity, int Purse);

/// <summary>Used again for every event of a batch, by <see cref="EventCharge"/>, where the subscription has grants at all.</summary>
internal sealed class Coverage(SubscriptionState state, SubscriptionTerms terms)
{
    private readonly List<GrantPart>[] parts = [.. terms.Legs.Select(_ => new List<GrantPart>(1))];
    private readonly Grant?[] limiting = new Grant?[terms.Legs.Count];
    // Of units that were carried over; they may end with a change of plan, which takes a look at its versions.
    private readonly Dictionary<int, long> ends = [];

    /// <summary>Whether a grant pays for any of it.</summary>
    public bool Any => Array.Exists(parts, leg => leg.Count > 0);

    /// <summary>What grants pay for on a leg.</summary>
    public IReadOnlyList<GrantPart> On(int leg) => parts[leg];

    /// <summary>
    /// Takes from the lots in order: priority, units that have rolled over, sooner end, age. The plan's included units are one lot among them (priority 0, end
    /// of the period, older than any grant); they stay in <paramref name="rest"/>, which the plan prices. False: the rest may not be had.
    /// </summary>
    /// <param name="kept">What the hold that is captured keeps: it counts as free, even of a grant that has expired meanwhile.</param>
    /// <param name="promised">A hold has promised the units, or they were used already: what is not covered is priced, whatever the policy.</param>
    public bool TryCover(int leg, in Rated rated, long timeMicros, IReadOnlyList<HoldPart>? kept, bool promised, out decimal rest)
    {
        var identity = rated.Identity;
        var included = rated.Charge.Included == 0 ? 0 : Math.Max(0, rated.Charge.Included - state.UsedOf(identity));
        var includedEnd = Micros.Of(identity.Period.End);
        parts[leg].Clear();
        (rest, limiting[leg]) = (0, null);
        var open = rated.Quantity;
        foreach (var grant in InOrder(leg, rated, timeMicros, kept))
        {
            if (included > 0 && (grant.Request.Priority > 0
                || (grant.Request.Priority == 0 && !grant.IsCarriedAt(timeMicros) && grant.UntilMicros >= includedEnd)))
            {
                rest = Math.Min(open, included);
                (open, included) = (open - rest, 0);
            }

            var taken = Math.Min(open, FreeOf(leg, grant, timeMicros, kept));
            if (taken <= 0)
                continue;
            parts[leg].Add(new GrantPart(grant.Number, taken, grant.Purse));
            open -= taken;
        }

        var beyond = open - Math.Min(open, included);
        rest += open;
        return beyond <= 0 || promised || MayPass(leg, identity, timeMicros);
    }

    /// <summary>Whether what the plan charges for the rest stays within the limit on overage.</summary>
    public bool IsWithinLimit(int leg, CellIdentity identity, decimal amount)
    {
        if (limiting[leg]?.Request.Limit is not { } limit)
            return true;
        foreach (ref readonly var cell in state.Cells)
        {
            if (!cell.IsCovered && cell.Identity.Meter == identity.Meter && cell.Identity.Agreement == identity.Agreement
                && cell.Identity.Period.Start == identity.Period.Start && CellIdentity.CountsUnits(cell.Identity.Charge))
                amount += cell.Amount;
        }

        return amount <= limit;
    }

    // The newest grant that had begun by then says what happens. None: the plan's rules alone.
    private bool MayPass(int leg, CellIdentity identity, long timeMicros)
    {
        if (state.Grants.NewestOf(identity, timeMicros) is not { } newest)
            return true;
        limiting[leg] = newest;
        return newest.Request.OnExhausted != ExhaustedPolicy.Stop;
    }

    private IEnumerable<Grant> InOrder(int leg, in Rated rated, long timeMicros, IReadOnlyList<HoldPart>? kept)
    {
        Grant? only = null;
        List<Grant>? several = null;
        foreach (var grant in state.Grants.All)
        {
            if (!IsFor(grant, rated) || FreeOf(leg, grant, timeMicros, kept) <= 0)
                continue;
            if (only is null) only = grant;
            else (several ??= [only]).Add(grant);
        }

        if (several is null)
            return only is null ? [] : [only];
        return several.OrderBy(grant => grant.Request.Priority).ThenBy(grant => grant.IsCarriedAt(timeMicros) ? 0 : 1).ThenBy(grant => grant.UntilMicros)
            .ThenBy(grant => grant.Number);
    }

    private long EndOf(int leg, Grant grant)
    {
        if (grant.Origin is null)
            return grant.UntilMicros;
        if (!ends.TryGetValue(grant.Number, out var end))
            ends[grant.Number] = end = RolloverDecider.EndOf(terms.Legs[leg], grant);
        return end;
    }

    private static bool IsFor(Grant grant, in Rated rated) =>
        grant.IsFor(rated.Identity) && (grant.Origin is not { } origin || origin.Kind == RolloverRules.KindOf(rated.Charge));

    private decimal FreeOf(int leg, Grant grant, long timeMicros, IReadOnlyList<HoldPart>? kept)
    {
        var free = grant.Covers(timeMicros) && timeMicros < EndOf(leg, grant) ? grant.Remaining : 0;
        foreach (var part in kept ?? [])
        {
            if (part.Grant == grant.Number)
                free += part.Amount;
        }

        return free;
    }
}
