// The surcharges of one event, leg by leg: priced of the whole quantity, whatever packages cover, and paid from money alone.
using OrleansBilling.Billing.Rating;

namespace OrleansBilling.Billing.Usage;

/// <summary>Used again for every event of a batch, by <see cref="EventCharge"/>, where a plan of the subscription has surcharges at all.</summary>
internal sealed class AddedParts(SubscriptionState state, SubscriptionTerms terms)
{
    private readonly List<Rated>[] rated = [.. terms.Legs.Select(_ => new List<Rated>(1))];
    private readonly List<decimal>[] amounts = [.. terms.Legs.Select(_ => new List<decimal>(1))];

    /// <summary>Whether anything is added to the event.</summary>
    public bool Any => Array.Exists(rated, leg => leg.Count > 0);

    /// <summary>What is added on a leg.</summary>
    public IReadOnlyList<Rated> On(int leg) => rated[leg];

    /// <summary>The amount of the nth of them.</summary>
    public decimal AmountOf(int leg, int nth) => amounts[leg][nth];

    /// <summary>All that is added on a leg.</summary>
    public decimal TotalOf(int leg)
    {
        decimal total = 0;
        foreach (var amount in amounts[leg])
            total += amount;
        return total;
    }

    /// <summary>Finds what is added on a leg that was rated.</summary>
    public void Rate(int leg, scoped in UsageRecord record, decimal quantity)
    {
        rated[leg].Clear();
        amounts[leg].Clear();
        terms.Legs[leg].Surcharges(record, quantity, rated[leg]);
    }

    /// <summary>Prices what was found on a leg; false: a total would leave its bounds.</summary>
    public bool TryPrice(int leg, int purse, bool backfilled)
    {
        foreach (var on in rated[leg])
        {
            var position = state.PositionOf(on.Identity, purse);
            var (ownQuantity, ownAmount) = position < 0 ? (0, 0) : (state.CellAt(position).Quantity, state.CellAt(position).Amount);
            var used = on.Charge.Per == 1 ? 0 : state.UsedOf(on.Identity) + (backfilled ? state.Archive.UsedOf(on.Identity) : 0);
            var amount = UsagePrice.Amount(on.Charge, used, on.Quantity);
            amounts[leg].Add(amount);
            if (ownQuantity + on.Quantity > Limits.CellTotalMax || ownAmount + amount > Limits.CellTotalMax)
                return false;
        }

        return true;
    }
}
