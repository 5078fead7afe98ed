// Issue and due dates.
using NodaTime;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Documents;

/// <summary>Dates of the agreement's calendar.</summary>
public static class DocumentDates
{
    /// <summary>
    /// The day on which the period ended (the 1st, for a calendar month) when issued on that local day; after an outage the real date, and
    /// the due date moves with it.
    /// </summary>
    public static LocalDate Issue(BillingPeriod period, BillingCalendar calendar, Instant issuedAt) =>
        LocalDate.Max(period.To.PlusDays(1), calendar.DateOf(issuedAt));

    /// <summary>Days net after the issue date.</summary>
    public static LocalDate Due(LocalDate issueDate, int dueDays) => issueDate.PlusDays(dueDays);
}
