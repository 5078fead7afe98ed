// Decides which included units a seal carries over, and until when they last. Deterministic, no I/O.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>
/// Domain 0.3, rule 17: only unused units of the current period roll over, once; rolled units are used first. The plan in force when the period ends says
/// whether, and what it includes is what rolls over; a service that has ended by then has no next period.
/// </summary>
public static class RolloverDecider
{
    /// <summary>What a seal carries, of every period since the seal before.</summary>
    internal static IReadOnlyList<CarriedUnits> Of(SubscriptionState state, SubscriptionTerms terms, string calendar, SealMark? before, BillingPeriod until)
    {
        List<CarriedUnits> carried = [];
        foreach (var leg in terms.Legs)
        {
            if (leg.Agreement.Calendar != calendar || !leg.HasRollover)
                continue;
            var period = leg.Calendar.PeriodAt(before?.PeriodEnd ?? terms.Definition.StartsAt);
            for (; period.End <= until.End; period = leg.Calendar.Next(period))
            {
                if (IsServed(state, terms.Definition, period) && leg.Plan.At(period.End - Duration.Epsilon) is { } version)
                    OfPeriod(state, leg, version, period, carried);
            }
        }

        return carried;
    }

    /// <summary>How many units go on: of the period's own allowance, and of what had been carried into it before.</summary>
    /// <param name="left">Included units that are unused.</param>
    /// <param name="lot">Units from the period before that are unused.</param>
    public static (decimal FromIncluded, decimal FromLot) Units(UsageCharge charge, decimal left, decimal lot)
    {
        // Units from the period before come first, whatever arrived before they did: where they are left although included ones were used, they stand
        // in for these, and are gone for the rest.
        var all = charge.RolloverRule switch
        {
            RolloverRule.OnePeriod => left + Math.Min(lot, charge.Included - left),
            RolloverRule.Unlimited => left + lot,
            _ => 0,
        };
        all = Math.Min(all, charge.RolloverMax ?? all);
        var own = Math.Min(left, all);
        return (own, all - own);
    }

    /// <summary>
    /// End (exclusive) of the events that a grant covers, µs. Units that were carried over are forfeited by a change to a plan that includes fewer of
    /// their kind; another version of the same plan is no such change.
    /// </summary>
    public static long EndOf(LegRater leg, Grant grant)
    {
        if (grant.Origin is not { } origin || !leg.HasChangedPlan)
            return grant.UntilMicros;
        DatedVersion? before = null;
        foreach (var version in leg.Plan.Versions)
        {
            if (before is not null && version.From >= origin.End && leg.PlanOf(version) != leg.PlanOf(before)
                && IncludedIn(version, origin) < IncludedIn(before, origin))
                return Math.Min(grant.UntilMicros, Micros.Of(version.From));
            before = version;
        }

        return grant.UntilMicros;
    }

    private static void OfPeriod(SubscriptionState state, LegRater leg, DatedVersion version, BillingPeriod period, List<CarriedUnits> carried)
    {
        foreach (var charge in version.Version.Charges.OfType<UsageCharge>())
        {
            if (charge.RolloverRule == RolloverRule.None)
                continue;
            var identity = new CellIdentity(leg.AgreementId, leg.Agreement.Calendar, leg.PlanOf(version), version.Number, charge.Id, charge.Meter, period);
            var kind = RolloverRules.KindOf(charge);
            var (number, lot) = LotOf(state, leg, identity, kind, carried);
            var (own, old) = Units(charge, Math.Max(0, charge.Included - state.UsedOf(identity)), lot);
            if (own + old > 0)
                carried.Add(new CarriedUnits(state.Grants.Next + carried.Count, identity.Agreement, identity.Plan, version.Number, charge.Id, charge.Meter,
                    kind, period.Label, period.Start, period.End, period.Start, leg.Calendar.Next(period).End, own, old > 0 ? number : 0, old));
        }
    }

    // Carried into this period: by an earlier seal, or a moment ago by this one, which nothing has used yet.
    private static (int Number, decimal Units) LotOf(SubscriptionState state, LegRater leg, CellIdentity identity, string kind, List<CarriedUnits> carried)
    {
        bool IsIt(CarriedUnits one) => one.Agreement == identity.Agreement && one.Meter == identity.Meter && one.Kind == kind
            && !one.IsPool && one.Expires == identity.Period.End;
        var end = Micros.Of(identity.Period.End);
        foreach (var grant in state.Grants.All)
        {
            if (grant.Origin is { } origin && IsIt(origin))
                return EndOf(leg, grant) < end ? (0, 0) : (grant.Number, grant.Remaining);
        }

        return carried.Find(IsIt) is { } just && EndOf(leg, just.ToGrant(0)) >= end ? (just.Grant, just.Quantity) : (0, 0);
    }

    private static bool IsServed(SubscriptionState state, Subscription definition, BillingPeriod period) => definition.StartsAt < period.End
        && !(ServiceLife.EndOf(definition) <= period.End)
        && (definition.Activation != "first_use" || (state.FirstUseMicros != 0 && state.FirstUseMicros < Micros.Of(period.End)));

    private static decimal IncludedIn(DatedVersion version, CarriedUnits units) => version.Version.Charges.OfType<UsageCharge>()
        .Where(charge => charge.Surcharge is null && charge.Meter == units.Meter && RolloverRules.KindOf(charge) == units.Kind)
        .Select(charge => charge.Included).FirstOrDefault();
}
