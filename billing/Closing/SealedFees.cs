// The fees of a seal: those of the periods since the seal before, and what has become known since of periods that were sealed.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Closing;

/// <summary>Of one subscription.</summary>
/// <param name="termsBefore">What the seal before went by; null: the same.</param>
internal sealed class SealedFees(SubscriptionState state, SubscriptionTerms terms, SubscriptionTerms? termsBefore, SealBasis basis)
{
    private readonly ServiceLife? life = Life(terms, basis, terms.PartyPauses);

    /// <summary>The lines of one leg.</summary>
    public IEnumerable<SealedLine> Of(LegRater leg, SealMark? before, BillingPeriod period)
    {
        var definition = terms.Definition;
        var open = before is null ? leg.Calendar.PeriodAt(definition.StartsAt) : leg.Calendar.PeriodAt(before.PeriodEnd);
        IEnumerable<SealedLine> lines = before is null || open.End > period.End ? [] : Corrections(leg, before).Select(fee => Line(leg, fee, open));
        for (; open.End <= period.End; open = leg.Calendar.Next(open))
        {
            var closing = open;
            lines = lines.Concat(RecurringFees.Of(leg.Plan, On(leg, life, terms), leg.Calendar, open).Select(fee => Line(leg, fee, closing)))
                .Concat(PeriodMinimums.Of(leg, state, definition.StartsAt, ServiceLife.EndOf(definition), open));
        }

        return lines;
    }

    private IReadOnlyList<FeeDue> Corrections(LegRater leg, SealMark before)
    {
        if (before.Basis.Definition == 0 || (termsBefore is null && before.Basis.FirstUseMicros == basis.FirstUseMicros))
            return [];
        var was = termsBefore ?? terms;
        var sold = was.Legs.First(other => other.AgreementId == leg.AgreementId);
        return RecurringFees.Corrections((sold.NamedFrom(was.Definition.StartsAt), On(leg, Life(was, before.Basis, terms.PartyPauses), was)),
            (leg.NamedFrom(terms.Definition.StartsAt), On(leg, life, terms)), leg.Calendar, LocalDays.LastBefore(before.PeriodEnd, leg.Calendar.Zone));
    }

    // On one leg: what was paid ahead of it, and what its wallet has paid.
    private ServiceLife? On(LegRater leg, ServiceLife? whole, SubscriptionTerms of) => whole?.On(leg.AgreementId) is not { } own ? null
        : FundedFees.Pays(of, of.FundingOf(leg.AgreementId)) ? own with { Covered = state.Fees.On(leg.AgreementId) } : own;

    // What happened to parties is known at once, so it is the same for what was known before and what is known now.
    private static ServiceLife? Life(SubscriptionTerms of, SealBasis known, IReadOnlyList<ServicePause> ofParties) =>
        ServiceLife.Of(of.Definition, known.FirstUseMicros == 0 ? null : Micros.Instant(known.FirstUseMicros)) is not { } life ? null
        : ofParties.Count == 0 ? life : life with { Pauses = [.. life.Pauses, .. ofParties] };

    // Posted ahead, a fee is of the period to come; all others are of the period that posts them.
    private static SealedLine Line(LegRater leg, FeeDue fee, BillingPeriod open)
    {
        var priced = fee.Kind == "recurring" ? fee with { FullPrice = FeeAdjustment.Of(leg.Agreement.FeeAdjustment, fee.FullPrice) } : fee;
        var period = fee.From > open.To ? leg.Calendar.PeriodContaining(fee.From) : open;
        return priced.ToSealedLine(leg.AgreementId, leg.PlanId, period.Label);
    }
}
