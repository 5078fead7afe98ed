// What a subscription's purses must have paid for fees in advance by now (domain 0.3, rules 3 and 27).
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Fees;

/// <summary>A fee that is due, and how far it is paid.</summary>
/// <param name="Funding">What pays it.</param>
/// <param name="Agreement">Of the leg.</param>
/// <param name="Charge">The charge.</param>
/// <param name="Days">That it pays for.</param>
/// <param name="DueAt">From when on there is no service without it.</param>
/// <param name="Owed">By now: the whole fee, less days without service that are credited; rounded as its lines are.</param>
/// <param name="Paid">So far.</param>
public sealed record FundedFee(LegFunding Funding, string Agreement, string Charge, DaySpan Days, Instant DueAt, decimal Owed, decimal Paid)
{
    /// <summary>Still to pay; below 0: to be given back.</summary>
    public decimal Missing => Owed - Paid;
}

/// <summary>What one look has decided.</summary>
/// <param name="Frame">What was paid or given back; empty: nothing. The state has changed already: it must be appended in the same turn.</param>
/// <param name="Short">What a purse lacks; null: nothing, or see <paramref name="Unpaid"/>.</param>
/// <param name="Unpaid">The first fee for which there is no money; null: all are paid.</param>
public readonly record struct FeeDecision(ReadOnlyMemory<byte> Frame, Shortage? Short, FundedFee? Unpaid);

/// <summary>Pure. One fee after the other, the oldest first, after what is to be given back.</summary>
public static class FundedFees
{
    /// <summary>Whether the funding of a leg pays its fees: they are money.</summary>
    internal static bool Pays(SubscriptionTerms terms, LegFunding? funding) =>
        FundingRules.TakesFees(terms.Definition.Funding) && funding is { UnitMeters: null };

    /// <summary>Whether it is suspended because there was no money.</summary>
    public static bool IsUnfunded(Subscription subscription) =>
        ServiceLife.PausesOf(subscription).Any(pause => pause is { Until: null, Reason: ServicePause.NoFunds });

    /// <summary>Whether something is to be given back, which the wallet cannot know of.</summary>
    public static bool GivesBack(SubscriptionState state, SubscriptionTerms terms, long nowMicros) =>
        Of(state, terms, Micros.Instant(nowMicros)).Any(fee => fee.Missing < 0);

    /// <summary>Pays what purses can pay. A wallet that has refused is not asked for as much again.</summary>
    public static FeeDecision Decide(SubscriptionState state, SubscriptionTerms terms, IReadOnlyList<WalletRefusal> refusals, long nowMicros)
    {
        var frames = new List<byte>();
        FundedFee? unpaid = null;
        foreach (var fee in Of(state, terms, Micros.Instant(nowMicros)).Where(fee => fee.Missing != 0)
            .OrderBy(fee => fee.Missing > 0).ThenBy(fee => fee.Days.First))
        {
            var purse = state.PurseOf(fee.Funding.Wallet);
            var available = purse?.Available ?? 0;
            if (fee.Missing > available)
            {
                if (!refusals.Any(refusal => refusal.Wallet == fee.Funding.Wallet && fee.Missing - available >= refusal.Needed))
                    return new FeeDecision(frames.ToArray(), new Shortage(fee.Funding, fee.Missing - available, fee.Missing), null);
                // One that is posted ahead stops nothing before its own first day.
                unpaid ??= fee.DueAt <= Micros.Instant(nowMicros) ? fee : null;
                continue;
            }

            frames.AddRange(FeeFrame.Pay(state, new PaidFee(fee.Agreement, fee.Charge, fee.Days.First, fee.Days.Last, purse!.Number, fee.Missing,
                Math.Max(nowMicros, state.LastRecordedMicros))).Span);
        }

        return new FeeDecision(frames.ToArray(), null, unpaid);
    }

    /// <summary>The fees that are due, and those that were paid and are not.</summary>
    public static IReadOnlyList<FundedFee> Of(SubscriptionState state, SubscriptionTerms terms, Instant now)
    {
        var fees = new List<FundedFee>();
        for (var index = 0; index < terms.Legs.Count; index++)
        {
            if (terms.FundingOf(index) is { } funding && Pays(terms, funding))
                fees.AddRange(Of(state, terms, terms.Legs[index], funding, now));
        }

        return fees;
    }

    /// <summary>
    /// When to look again: on the next day while a fee is not paid or the first use is waited for; else when something is to be paid or given back,
    /// and after a week in any case.
    /// </summary>
    public static Instant NextLook(SubscriptionState state, SubscriptionTerms terms, FundedFee? unpaid, Instant now)
    {
        var days = terms.Legs.SelectMany(leg => Enumerable.Range(1, Limits.FundedFeeLookDays)
            .Select(day => leg.Calendar.StartOf(leg.Calendar.DateOf(now).PlusDays(day)))).Distinct().Order().ToList();
        var waits = unpaid is not null || (terms.Definition.Activation == "first_use" && state.FirstUseMicros == 0);
        if (waits)
            return days[0];
        // Most weeks bring nothing: then one question is enough.
        return IsOpen(days[^1]) ? days.First(IsOpen) : days[^1];

        bool IsOpen(Instant day) => Of(state, terms, day).Any(fee => fee.Missing != 0);
    }

    private static IEnumerable<FundedFee> Of(SubscriptionState state, SubscriptionTerms terms, LegRater leg, LegFunding funding, Instant now)
    {
        var paid = state.Fees.All.Where(fee => fee.Agreement == leg.AgreementId).ToDictionary(fee => (fee.Charge, fee.From));
        var today = leg.Calendar.DateOf(now);
        var window = new DaySpan(today.PlusDays(-Limits.FundedFeeDays), today);
        var mode = RoundingModes.Parse(DatedTerms.On(leg.Agreement, today).Rounding);
        var owed = (FeeBook.Of(leg.Plan, Life(state, terms, leg, now), leg.Calendar)?.Owed(window, today) ?? [])
            .Where(due => due.IsCovered).Select(due => due with { FullPrice = FeeAdjustment.Of(leg.Agreement.FeeAdjustment, due.FullPrice) }).ToList();
        foreach (var fee in owed.Where(due => !due.IsCredit))
        {
            var days = new DaySpan(fee.From, fee.To);
            var sum = owed.Where(due => due.Charge == fee.Charge && days.Holds(due.From)).Sum(due => Rounding.ToCurrency(due.Amount, leg.Currency, mode));
            paid.Remove((fee.Charge, fee.From), out var before);
            yield return new FundedFee(funding, leg.AgreementId, fee.Charge, days, leg.Calendar.StartOf(fee.From), sum, before?.Amount ?? 0);
        }

        // Ended before it began, or on another plan since.
        foreach (var fee in paid.Values.Where(fee => fee.From >= window.First))
            yield return new FundedFee(funding, leg.AgreementId, fee.Charge, new DaySpan(fee.From, fee.To), leg.Calendar.StartOf(fee.From), 0, fee.Amount);
    }

    // As if all were paid, and service went on now.
    private static ServiceLife? Life(SubscriptionState state, SubscriptionTerms terms, LegRater leg, Instant now)
    {
        var first = terms.Definition.Activation == "first_use" ? state.FirstUseMicros : 0;
        return ServiceLife.Of(terms.Definition, first == 0 ? null : Micros.Instant(first)) is not { } life ? null : life.On(leg.AgreementId) with
        {
            Pauses = [.. life.Pauses.Select(pause => pause is { Until: null, Reason: ServicePause.NoFunds } ? pause with { Until = now } : pause),
                .. terms.PartyPauses],
            Covered = CoveredFee.Everything,
        };
    }
}
