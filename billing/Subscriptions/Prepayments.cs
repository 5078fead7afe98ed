// What makes a prepayment of fees acceptable: which periods are bought, what they cost, and what stands in the way.
using NodaTime;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Rating;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>
/// Bought as a whole and owed as a whole, like a year in advance: an early end gives nothing back, and the plan of the leg stays until it is over
/// (domain 0.3, rule 24; 1.1, edge b).
/// </summary>
public static class Prepayments
{
    /// <summary>The command with what it buys at the prices that are known now, or why not.</summary>
    public static ChangeDecision Offer(Subscription subscription, SubscriptionChange asked, LegRater leg, Instant now)
    {
        if (ServiceLife.Of(subscription, null) is not { } life)
            return ChangeDecision.Conflict("not_prepayable", "id", "its fees begin with its first use: nobody knows their periods before");
        if (leg.Agreement.Documents == "none")
            return ChangeDecision.Wrong("agreement", $"\"{leg.AgreementId}\" issues no documents");
        var today = leg.Calendar.DateOf(now);
        if (asked.From < today.PlusDays(-Limits.LatenessWindow.Days))
            return ChangeDecision.Wrong("from", $"must not lie more than {Limits.LatenessWindow.Days} days back");
        var from = asked.From ?? LocalDate.Max(today, leg.Calendar.DateOf(life.Start));
        var fees = leg.Plan.Days(from, from).SelectMany(span => span.Version.Fees).Select(fee => fee.Id).ToList();
        if (asked.Charge is null && fees.Count != 1)
            return ChangeDecision.Wrong("charge", fees.Count == 0 ? "the plan has no fee" : "is needed, one of: " + string.Join(", ", fees));
        var charge = asked.Charge ?? fees[0];
        if (!fees.Contains(charge))
            return ChangeDecision.Wrong("charge", $"\"{charge}\" is no fee of the plan");
        var whole = RecurringFees.Whole(leg.Plan, life.On(leg.AgreementId), leg.Calendar, new FeeSpan(charge, from, asked.Periods!.Value),
            price => Catalogue.FeeAdjustment.Of(leg.Agreement.FeeAdjustment, price));
        if (whole is not var (days, exact))
            return ChangeDecision.Conflict("subscription_not_active", "from", "there is no service that long");
        var amount = Rounding.ToCurrency(exact, leg.Currency, RoundingModes.Parse(Catalogue.DatedTerms.On(leg.Agreement, today).Rounding));
        return new ChangeDecision(subscription, null, new FieldErrors())
        {
            Asked = asked with { Agreement = leg.AgreementId, Charge = charge, Prepaid = new PrepaidSpan(days.First, days.Last, amount) },
        };
    }

    /// <summary>Until which local day any fee of a leg is prepaid, where that is not before an instant's day in any zone; null: none is.</summary>
    public static LocalDate? RunsOn(Subscription subscription, string agreement, Instant at)
    {
        var last = PrepaidFee.Of(subscription).Where(fee => fee.Agreement == agreement).Select(fee => (LocalDate?)fee.To).Max();
        return last >= at.InUtc().Date ? last : null;
    }

    internal static void Check(SubscriptionChange asked, FieldErrors errors)
    {
        if (asked.Action != SubscriptionActions.Prepay)
            return;
        if (asked.Periods is not { } periods) errors.Add("periods", "is needed: how many of its periods?");
        else errors.Range("periods", periods, 1, Limits.PrepaidPeriodsMax);
        if (asked.Charge is { } charge) errors.Id("charge", charge);
    }

    // What was offered overlaps nothing that was bought.
    internal static ChangeDecision? Refusal(Subscription subscription, SubscriptionChange change)
    {
        if (change.Prepaid is not { } bought)
            return ChangeDecision.Wrong("agreement", change.Agreement is null ? "is needed: which leg of the subscription?"
                : $"\"{change.Agreement}\" is no agreement of this subscription in which you sell");
        foreach (var fee in PrepaidFee.Of(subscription))
        {
            if (fee.Agreement == change.Agreement && fee.Charge == change.Charge && fee.From <= bought.To && bought.From <= fee.To)
                return ChangeDecision.Conflict("prepaid", "from", $"\"{fee.Charge}\" is prepaid from {fee.From:uuuu-MM-dd} to {fee.To:uuuu-MM-dd} already");
        }

        return null;
    }
}
