// Which fees of one leg a close posts: those of its own period, and what has changed of those before.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Fees;

/// <summary>Some periods of a fee.</summary>
/// <param name="Charge">The charge.</param>
/// <param name="From">A day of the first of them.</param>
/// <param name="Periods">How many.</param>
public readonly record struct FeeSpan(string Charge, LocalDate From, int Periods);

/// <summary>
/// A fee instance runs from activation to removal, one per leg and charge (domain 0.3, rule 8). A fee in arrears belongs to the period that holds its last
/// day, one in advance to the period that holds its first or to one before (rule 2), a progressive one to every period that holds days of it.
/// </summary>
public static class RecurringFees
{
    /// <summary>The fees of a closing period, in the order of the charges; parts of a fee in order of time.</summary>
    /// <param name="plan">Versions of the leg's plan, in the calendar's zone.</param>
    /// <param name="life">When there is service; null: never yet.</param>
    /// <param name="calendar">Of the leg's agreement.</param>
    /// <param name="period">The closing period.</param>
    public static IReadOnlyList<FeeDue> Of(PlanTimeline plan, ServiceLife? life, BillingCalendar calendar, BillingPeriod period)
    {
        if (FeeBook.Of(plan, life, calendar) is not { } book)
            return [];
        // A day that the zone skipped belongs to the period after it.
        var posted = calendar.Previous(period).To;
        var closing = new DaySpan(posted.PlusDays(1), period.To);
        return FeeDifference.Of(book.Owed(closing, posted), book.Owed(closing, period.To));
    }

    /// <summary>So many whole periods of a fee from the one that holds a day, and what they come to exactly; null: service ends before they do.</summary>
    /// <param name="adjusted">Price of a period as the agreement adjusts it.</param>
    public static (DaySpan Days, decimal Exact)? Whole(PlanTimeline plan, ServiceLife life, BillingCalendar calendar, FeeSpan asked,
        Func<decimal, decimal> adjusted) =>
        FeeBook.Of(plan, life, calendar)?.Whole(asked.Charge, asked.From, asked.Periods, adjusted);

    /// <summary>
    /// What the closes up to a date would have posted otherwise, had they known what is known now: an end, a pause or another plan that came afterwards.
    /// </summary>
    public static IReadOnlyList<FeeDue> Corrections((PlanTimeline Plan, ServiceLife? Life) then, (PlanTimeline Plan, ServiceLife? Life) now,
        BillingCalendar calendar, LocalDate sealedTo)
    {
        if (FeeChanges.First(then, now, calendar) is not { } first)
            return [];
        var window = new DaySpan(LocalDate.Min(first, sealedTo), sealedTo);
        var (was, nowIs) = (FeeBook.Of(then.Plan, then.Life, calendar), FeeBook.Of(now.Plan, now.Life, calendar));
        return FeeDifference.Of(was?.Owed(window, sealedTo) ?? [], nowIs?.Owed(window, sealedTo) ?? []);
    }
}
