// When a party is paid, and how much (domain 1.2: payout on the payout day, below zero carries forward).
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Periods;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.Billing.Payouts;

/// <summary>Pure. A payout day that was missed is made up for by what was payable then: which day the work was done on changes no figure.</summary>
public static class PayoutDecider
{
    /// <summary>The next payout day of a calendar with something to pay; null: there is nothing.</summary>
    public static Instant? NextAt(PayableBook book, string calendarId, Calendar calendar)
    {
        var waiting = book.Entries.Where(entry => entry.Calendar == calendarId).ToList();
        if (waiting.Count == 0) return null;
        var first = waiting.Min(entry => entry.At);
        return CollectionDays.NextPayout(calendar, book.LastRun(calendarId) is { } run && run > first ? run : first);
    }

    /// <summary>The payout of the oldest payout day that has come, or nothing.</summary>
    public static Decision Decide(AccountState state, string calendarId, Calendar calendar, Instant now)
    {
        if (NextAt(state.Payables, calendarId, calendar) is not { } at || at > now) return Decision.Nothing;
        var sum = state.Payables.Entries.Where(entry => IsIn(entry, calendarId, at)).Sum(entry => entry.Amount);
        var day = LocalDays.At(at, DateTimeZoneProviders.Tzdb[calendar.TimeZone]);
        return Decision.Of(new PayoutMade
        {
            Id = $"{calendarId}:{NodaTime.Text.LocalDatePattern.Iso.Format(day)}",
            Calendar = calendarId,
            Period = CollectionDays.PayoutPeriod(calendar, at).Label,
            Before = at,
            Amount = decimal.Max(0, sum),
        });
    }

    /// <summary>What a payout of a day pays: all that became payable before it.</summary>
    internal static bool IsIn(PayableEntry entry, string calendar, Instant before) => entry.Calendar == calendar && entry.At < before;

    /// <summary>By invoice, in order of their numbers; what has cancelled itself out is left out.</summary>
    internal static IReadOnlyList<PayableEntry> Sums(IEnumerable<PayableEntry> entries) =>
        [.. entries.GroupBy(entry => (entry.Source, entry.Customer)).OrderBy(group => group.Key.Source, StringComparer.Ordinal)
            .Select(group => group.First() with { Amount = group.Sum(entry => entry.Amount) }).Where(entry => entry.Amount != 0)];
}
