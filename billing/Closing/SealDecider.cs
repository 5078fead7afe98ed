// Decides what a seal fixes: unsealed usage of periods up to its own, and the fees that fall into the periods since the seal before.
using NodaTime;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Closing;

/// <summary>Seals a period of a calendar for one subscription. Deterministic; the caller appends the seal and applies it.</summary>
public static class SealDecider
{
    /// <summary>
    /// The seal of <paramref name="period"/>. Everything before it in the stream must be durable up to <paramref name="head"/>, since the lines
    /// carry the proof of that range.
    /// </summary>
    /// <param name="sealedBefore">For a preview: a period that will be sealed before this one and takes what belongs to it and to those before; null:
    /// what is not sealed yet belongs to this one.</param>
    /// <param name="termsBefore">What the newest seal of the calendar went by; null: the same terms.</param>
    public static Seal Decide(SubscriptionState state, SubscriptionTerms terms, string calendar, BillingPeriod period, long head, long nowMicros,
        BillingPeriod? sealedBefore = null, SubscriptionTerms? termsBefore = null)
    {
        var before = state.NewestSeal(calendar);
        var taken = before;
        var basis = new SealBasis(terms.Version, terms.Definition.Activation == "first_use" ? state.FirstUseMicros : 0);
        if (sealedBefore is not null && (before is null || before.PeriodEnd < sealedBefore.End))
            taken = new SealMark(calendar, sealedBefore.Label, sealedBefore.End, head, nowMicros, basis);
        var fees = new SealedFees(state, terms, taken == before ? termsBefore : null, basis);
        var lines = terms.Legs.Where(leg => leg.Agreement.Calendar == calendar).SelectMany(leg => fees.Of(leg, taken, period)).ToList();
        var from = taken == before ? Instant.MinValue : taken!.PeriodEnd;
        lines.AddRange(UsageLines(state, calendar, before, period, from, head));
        // Last: of all the others.
        lines.AddRange(terms.Legs.SelectMany((leg, index) => leg.Agreement.Calendar != calendar ? []
            : DiscountDecider.Of(leg, terms.DiscountsOf(index), [.. lines.Where(line => line.Agreement == leg.AgreementId)], from)).ToList());
        return new Seal(calendar, period.Label, period.End, Math.Max(nowMicros, state.LastRecordedMicros), lines, basis)
        {
            Carried = RolloverDecider.Of(state, terms, calendar, before, period),
        };
    }

    private static IEnumerable<SealedLine> UsageLines(SubscriptionState state, string calendar, SealMark? before, BillingPeriod period, Instant from,
        long head)
    {
        var proof = Convert.ToHexStringLower(state.Chain);
        var open = state.Cells.ToArray().Where(cell => cell.HasUnsealed && cell.Identity.Calendar == calendar
            && cell.Identity.Period.End > from && cell.Identity.Period.End <= period.End);
        // What was paid from different purses is one line; what packages paid for is another.
        foreach (var cells in open.GroupBy(cell => (cell.Identity, cell.CoveredBy)))
        {
            var identity = cells.Key.Identity;
            yield return new SealedLine
            {
                Kind = SealedLine.KindOf(identity, cells.Key.CoveredBy),
                Agreement = identity.Agreement,
                Plan = identity.Plan,
                PlanVersion = identity.PlanVersion,
                Charge = identity.Charge,
                OriginalPeriod = identity.Period.Label,
                From = identity.Period.From,
                To = identity.Period.To,
                Quantity = cells.Sum(cell => cell.Quantity - cell.SealedQuantity),
                Amount = cells.Sum(Unsealed),
                Prepaid = cells.Where(cell => cell.Purse != 0 && !cell.IsCovered).Sum(Unsealed),
                Count = cells.Sum(cell => cell.Count - cell.SealedCount),
                Late = before is not null && identity.Period.End <= before.PeriodEnd,
                FromVersion = FirstVersion(state, calendar, before, identity.Period),
                ToVersion = head,
                ProofHash = proof,
            };
        }
    }

    private static decimal Unsealed(UsageCell cell) => cell.Amount - cell.SealedAmount;

    // Late usage came after the newest seal. Other usage of a period may stand before the seal of the period before it (in its grace), but not
    // before a seal that was recorded when the period's events were still in the future.
    private static long FirstVersion(SubscriptionState state, string calendar, SealMark? before, BillingPeriod period)
    {
        if (before is not null && period.End > before.PeriodEnd)
        {
            var earliest = Micros.Of(period.Start - Limits.ClockSkewMax);
            before = state.Seals.FindLast(seal => seal.Calendar == calendar && seal.RecordedMicros < earliest);
        }

        return (before?.Version ?? 0) + 1;
    }
}
