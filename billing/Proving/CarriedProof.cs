// Units that a seal carries over, against the events before it: what was unused is computed again.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Proving;

/// <summary>Of one stream. From then on the units are a grant, whose use is proved as that of a package.</summary>
/// <param name="grants">Units of each grant as far as they did not go on, and how many of them are used.</param>
internal sealed class CarriedProof(string owner, CellBook book, Dictionary<int, (decimal Quantity, decimal Used)> grants,
    Func<string, int, string, Charge?> chargeOf, ProofFindings found)
{
    private readonly HashSet<(string, string, string, NodaTime.Instant)> periods = [];

    /// <summary>One entry of a seal, after the events before it.</summary>
    /// <param name="replayed">The state as of the row: it knows what holds keep.</param>
    public void Check(CarriedUnits units, SubscriptionState replayed, long version)
    {
        var where = $"{owner}, row {version}, units of {units.Charge}, {units.Period} carried over";
        if (chargeOf(units.Plan, units.PlanVersion, units.Charge) is not UsageCharge charge
            || (units.IsPool ? charge.PrepaidPool != true : charge.RolloverRule == RolloverRule.None))
            found.Add(where, ProofRules.Seal, $"stand on {units.Plan} {units.PlanVersion}, which gives no such units");
        else
            Compare(where, units, charge, replayed);
        if (!periods.Add((units.Agreement, units.Plan, units.Charge, units.Start)))
            found.Add(where, ProofRules.Seal, "a second time");
        if (grants.TryGetValue(units.FromGrant, out var lot))
            grants[units.FromGrant] = (lot.Quantity - units.FromLot, lot.Used);
        grants[units.Grant] = (units.Quantity, 0);
        book.CarryOut(new CarriedOut(units.Agreement, units.Plan, units.Charge, units.Meter, units.Period, units.Start, units.End, units.FromIncluded));
    }

    private void Compare(string where, CarriedUnits units, UsageCharge charge, SubscriptionState replayed)
    {
        var used = book.Used(new CellIdentity(units.Agreement, "", units.Plan, units.PlanVersion, units.Charge, units.Meter,
            new BillingPeriod(units.Period, default, default, units.Start, units.End)));
        var left = Math.Max(0, charge.Included - used);
        var lot = units.FromGrant == 0 ? 0
            : grants[units.FromGrant] is var (quantity, taken) ? quantity - taken - replayed.Grants.At(units.FromGrant).Held : 0;
        var (own, old) = units.IsPool ? (left, 0) : RolloverDecider.Units(charge, left, lot);
        if ((own, old) != (units.FromIncluded, units.FromLot))
            found.Add(where, ProofRules.Seal, $"are {MoneyText.Exact(units.FromIncluded)} included and {MoneyText.Exact(units.FromLot)} older ones; "
                + $"the events leave {MoneyText.Exact(own)} and {MoneyText.Exact(old)}");
    }
}
