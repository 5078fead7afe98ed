// Which periods a recurring fee has.
using NodaTime;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Fees;

/// <summary>A fee that keeps its identity across versions of its plan.</summary>
/// <param name="Charge">Charge id.</param>
/// <param name="Every">Length of its periods.</param>
/// <param name="Align"><c>calendar</c> or <c>activation</c>.</param>
internal sealed record FeeKey(string Charge, string Every, string Align);

/// <summary>
/// With the calendar: its own periods where they have that length, else those that everybody means by the word. With activation: counted from its date
/// itself, so 31 January and 29 February come back where a month has them.
/// </summary>
internal static class FeeCycles
{
    private static readonly LocalDate Monday = new(1970, 1, 5);

    public static DateCycle Of(FeeKey fee, LocalDate activation, BillingCalendar calendar)
    {
        var bound = fee.Align == "activation";
        if (!bound && calendar.Every == fee.Every)
            return calendar.Cycle;
        return fee.Every switch
        {
            "day" => DateCycle.OfDays(1, Monday),
            "week" => DateCycle.OfDays(7, bound ? activation : Monday),
            "semi_month" => DateCycle.HalfMonths,
            "quarter" => Months(3, bound, activation),
            "year" => Months(12, bound, activation),
            _ => Months(1, bound, activation),
        };
    }

    private static DateCycle Months(int length, bool bound, LocalDate activation) =>
        bound ? DateCycle.OfMonths(length, activation, activation.Day) : DateCycle.OfMonths(length, new LocalDate(1970, 1, 1), 1);
}
