// Which recurring fees of one leg belong to a closing period, prorated by days.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Fees;

/// <summary>
/// A fee instance runs from activation to removal, one per leg and charge (domain 0.3, rule 8). Months are the calendar's periods, years begin on
/// the local date of activation. A fee in arrears belongs to the period that holds its last day, one in advance to the period that holds its first.
/// </summary>
public static class RecurringFees
{
    /// <summary>The fees of a closing period, in the order of the charges; parts of a fee in order of time.</summary>
    /// <param name="plan">Versions of the leg's plan, in the calendar's zone.</param>
    /// <param name="start">Activation.</param>
    /// <param name="end">Removal (exclusive), or null. Later than the period: as if open.</param>
    /// <param name="calendar">Of the leg's agreement.</param>
    /// <param name="period">The closing period.</param>
    public static IReadOnlyList<FeeDue> Of(PlanTimeline plan, Instant start, Instant? end, BillingCalendar calendar, BillingPeriod period)
    {
        if (end <= start) return [];
        var service = new DaySpan(calendar.DateOf(start), end is { } at ? LocalDays.LastBefore(at, calendar.Zone) : LocalDate.MaxIsoValue);
        var closing = new DaySpan(period.From, period.To);
        var fees = new List<FeeDue>();
        foreach (var (charge, every) in ChargesOf(plan))
            foreach (var feePeriod in every == "year" ? YearsIn(service.First, closing) : [closing])
                fees.AddRange(Parts(plan, charge, every, feePeriod, service, closing));
        return fees;
    }

    private static IEnumerable<(string Charge, string Every)> ChargesOf(PlanTimeline plan) =>
        plan.Versions.SelectMany(dated => dated.Version.Charges).OfType<RecurringCharge>().Select(charge => (charge.Id, charge.Every)).Distinct();

    /// <summary>The years of service that touch a span. Each is counted from activation itself, so 29 February comes back in leap years.</summary>
    private static IEnumerable<DaySpan> YearsIn(LocalDate activation, DaySpan span)
    {
        for (var k = int.Max(0, span.First.Year - activation.Year - 1); activation.PlusYears(k) <= span.Last; k++)
        {
            var year = new DaySpan(activation.PlusYears(k), activation.PlusYears(k + 1).PlusDays(-1));
            if (year.Last >= span.First) yield return year;
        }
    }

    private static IEnumerable<FeeDue> Parts(PlanTimeline plan, string charge, string every, DaySpan whole, DaySpan service, DaySpan closing)
    {
        if (!whole.Overlaps(service)) return [];
        var active = whole.Within(service);
        var parts = plan.Days(active.First, active.Last)
            .Select(span => (Days: new DaySpan(span.First, span.Last), span.Version.Number,
                Charge: span.Version.Version.Charges.OfType<RecurringCharge>().FirstOrDefault(one => one.Id == charge && one.Every == every)))
            .Where(part => part.Charge is not null)
            .Select(part => new Part(part.Days, part.Number, part.Charge!)).ToList();
        if (parts.Count == 0) return [];
        // How the fee is billed is decided on its first day, so a later version cannot bill it twice or not at all.
        if (parts[0].Charge.Bill == "advance") return closing.Holds(parts[0].Days.First) ? [InAdvance(parts[0], every, whole, active)] : [];
        return closing.Holds(active.Last) ? InArrears(parts, every, whole, active) : [];
    }

    /// <summary>The price in force on the first day, for all days to come. A year once begun is owed whole: no refund on an early stop.</summary>
    private static FeeDue InAdvance(Part part, string every, DaySpan whole, DaySpan active)
    {
        var first = Entry(part, whole, active);
        var last = every == "month" && part.Charge.ProrateLast ? active.Last : whole.Last;
        return part.Due(every, new DaySpan(first, last), whole);
    }

    /// <summary>Each version's days at its price.</summary>
    private static IEnumerable<FeeDue> InArrears(List<Part> parts, string every, DaySpan whole, DaySpan active)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            var first = i == 0 ? Entry(part, whole, active) : part.Days.First;
            var leaves = i == parts.Count - 1 && part.Days.Last == active.Last && !part.Charge.ProrateLast;
            yield return part.Due(every, new DaySpan(first, leaves ? whole.Last : part.Days.Last), whole);
        }
    }

    /// <summary>The switch speaks of service that begins within the period, not of a price that is introduced within it.</summary>
    private static LocalDate Entry(Part part, DaySpan whole, DaySpan active) =>
        part.Days.First == active.First && !part.Charge.ProrateFirst ? whole.First : part.Days.First;

    private sealed record Part(DaySpan Days, int Version, RecurringCharge Charge)
    {
        public FeeDue Due(string every, DaySpan paid, DaySpan whole) =>
            new(Charge.Id, every, Version, paid.First, paid.Last, paid.Count, whole.Count, Charge.Price);
    }
}
