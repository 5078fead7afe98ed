// What a leg owes once: charges on the first day or on a date, and penalties of service that ends too soon.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Fees;

/// <summary>Whatever day they fall on; the close that holds it posts them.</summary>
internal static class OneTimeFees
{
    public static IEnumerable<FeeDue> Of(PlanTimeline plan, ServiceLife life, DaySpan service, BillingCalendar calendar)
    {
        var signed = plan.Days(service.First, service.First).Select(span => span.Version).FirstOrDefault();
        foreach (var version in plan.Versions)
        {
            foreach (var charge in version.OneTime)
            {
                var on = charge.Date ?? service.First;
                // A change of plan is no new start.
                if (service.Holds(on) && plan.Days(on, on).Any(span => ReferenceEquals(span.Version, version)))
                    yield return Once(charge.Id, "one_time", version, on, charge.Price);
            }
        }

        if (signed is null || life.End is null)
            yield break;
        foreach (var charge in signed.Fees)
        {
            if (charge is not { MinimumTerm: { } term, Penalty: { } penalty } || penalty == 0)
                continue;
            if (service.Last.PlusDays(1) < TermEnd(charge, term, service.First))
                yield return Once(charge.Id, "penalty", signed, service.Last, penalty);
        }
    }

    // The term is of the contract, which begins with activation.
    private static LocalDate TermEnd(RecurringCharge charge, int term, LocalDate start) => charge.Every switch
    {
        "day" => start.PlusDays(term),
        "week" => start.PlusWeeks(term),
        "semi_month" => term % 2 == 0 ? start.PlusMonths(term / 2) : start.PlusMonths(term / 2).PlusDays(15),
        "quarter" => start.PlusMonths(3 * term),
        "year" => start.PlusYears(term),
        _ => start.PlusMonths(term),
    };

    private static FeeDue Once(string charge, string kind, DatedVersion version, LocalDate on, decimal price) =>
        new(charge, "once", version.Number, on, on, 1, 1, price) { Plan = version.Plan, Kind = kind };
}
