// What a closing period owes for usage charges beside its events: minimums, and flat prices of first tiers.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Fees;

/// <summary>
/// Lines like those of fees, since no event stands behind them. By the version in force when the period or the service ends, and never prorated. Usage that
/// comes after the seal is priced by its model alone: what was asked for a minimum stands.
/// </summary>
public static class PeriodMinimums
{
    /// <summary>The lines of one leg, in the order of the charges.</summary>
    public static IEnumerable<SealedLine> Of(LegRater leg, SubscriptionState state, Instant start, Instant? end, BillingPeriod period)
    {
        var last = end < period.End ? end.Value : period.End;
        if (start >= last || last <= period.Start || leg.Plan.At(last - Duration.Epsilon) is not { } version)
            yield break;
        foreach (var charge in version.Version.Charges.OfType<UsageCharge>())
        {
            if (charge.Minimum is null && charge.Tiers is null)
                continue;
            var amount = UsagePrice.Standing(charge, Counted(state, leg.AgreementId, leg.PlanOf(version), charge.Id, period));
            if (amount <= 0)
                continue;
            yield return new SealedLine
            {
                Agreement = leg.AgreementId, Kind = "recurring", Plan = leg.PlanOf(version), PlanVersion = version.Number, Charge = charge.Id,
                OriginalPeriod = period.Label, From = period.From, To = period.To, Quantity = 1, Amount = amount,
            };
        }
    }

    private static decimal Counted(SubscriptionState state, string agreement, string plan, string charge, BillingPeriod period)
    {
        decimal sum = 0;
        foreach (ref readonly var cell in state.Cells)
        {
            var identity = cell.Identity;
            if (identity.Charge == charge && identity.Agreement == agreement && identity.Plan == plan && identity.Period.Start == period.Start)
                sum += cell.Amount;
        }

        return sum;
    }
}
