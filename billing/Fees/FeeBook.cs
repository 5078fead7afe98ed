// What one leg owes for fees up to a date, as far as it is known now.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Fees;

/// <summary>
/// Owed up to a date is a sum that only grows with the date and changes with what is known: what a close posts is the difference to what the close
/// before it has posted (<see cref="FeeDifference"/>), so that whatever happens in between, all closes together are what is owed in the end.
/// </summary>
internal sealed class FeeBook
{
    private readonly PlanTimeline plan;
    private readonly ServiceLife life;
    private readonly BillingCalendar calendar;
    private readonly DaySpan service;

    private FeeBook(PlanTimeline plan, ServiceLife life, BillingCalendar calendar)
    {
        (this.plan, this.life, this.calendar) = (plan, life, calendar);
        service = new DaySpan(calendar.DateOf(life.Start), life.End is { } end ? LocalDays.LastBefore(end, calendar.Zone) : LocalDate.MaxIsoValue);
    }

    /// <summary>Null: there is no service.</summary>
    public static FeeBook? Of(PlanTimeline plan, ServiceLife? life, BillingCalendar calendar) =>
        life is null || life.End <= life.Start ? null : new FeeBook(plan, life, calendar);

    /// <summary>What is owed up to a date: one-time charges and penalties, and fees of the periods that a window touches or that are posted in it.</summary>
    public IEnumerable<FeeDue> Owed(DaySpan window, LocalDate upTo)
    {
        foreach (var key in Keys())
        {
            var cycle = FeeCycles.Of(key, service.First, calendar);
            var ahead = ChargesOf(key).Max(charge => charge.AdvancePeriods);
            var begun = plan.Days(service.First, service.Last).First(span => ChargeOf(span.Version, key) is not null).First;
            foreach (var whole in Spans(cycle, window, ahead))
                foreach (var due in Owed(key, cycle, whole, begun, upTo))
                    yield return due;
        }

        foreach (var fee in OneTimeFees.Of(plan, life, service, calendar).Where(fee => fee.From <= upTo))
            yield return fee;
    }

    /// <summary>So many whole periods of a fee from the one that holds a day, and what they come to exactly; null: service ends before.</summary>
    /// <param name="adjusted">Price of a period as the agreement adjusts it.</param>
    public (DaySpan Days, decimal Exact)? Whole(string charge, LocalDate from, int periods, Func<decimal, decimal> adjusted)
    {
        var key = Keys().Last(key => key.Charge == charge);
        var cycle = FeeCycles.Of(key, service.First, calendar);
        var first = cycle.Containing(LocalDate.Max(from, service.First));
        var last = first;
        for (var number = 1; number < periods; number++)
            last = cycle.Next(last);
        var days = new DaySpan(first.First, last.Last);
        if (days.Last > service.Last)
            return null;
        var fees = Owed(days, LocalDate.MaxIsoValue).Where(fee => fee.Charge == charge && fee is { Kind: "recurring", IsCredit: false })
            .Where(fee => days.Holds(fee.From));
        return (days with { First = LocalDate.Max(first.First, service.First) }, fees.Sum(fee => (fee with { FullPrice = adjusted(fee.FullPrice) }).Amount));
    }

    private IEnumerable<FeeKey> Keys() => plan.Days(service.First, service.Last).SelectMany(span => span.Version.Fees)
        .Select(charge => new FeeKey(charge.Id, charge.Every, charge.AlignedTo)).Distinct();

    private IEnumerable<RecurringCharge> ChargesOf(FeeKey key) => plan.Versions.Select(version => ChargeOf(version, key)).OfType<RecurringCharge>();

    private static RecurringCharge? ChargeOf(DatedVersion version, FeeKey key) =>
        version.Fees.FirstOrDefault(charge => charge.Id == key.Charge && charge.Every == key.Every && charge.AlignedTo == key.Align);

    private static IEnumerable<DaySpan> Spans(DateCycle cycle, DaySpan window, int ahead)
    {
        var span = cycle.Containing(window.First);
        for (; span.First <= window.Last; span = cycle.Next(span))
            yield return span;
        for (; ahead > 0; ahead--, span = cycle.Next(span))
            yield return span;
    }

    private IEnumerable<FeeDue> Owed(FeeKey key, DateCycle cycle, DaySpan whole, LocalDate begun, LocalDate upTo)
    {
        if (!whole.Overlaps(service)) return [];
        var active = whole.Within(service);
        var spans = plan.Days(active.First, active.Last).ToList();
        var parts = spans.Select(span => (Days: new DaySpan(span.First, span.Last), span.Version, Charge: ChargeOf(span.Version, key)))
            .Where(part => part.Charge is not null).Select(part => new FeePart(part.Days, part.Version, part.Charge!)).ToList();
        if (parts.Count == 0) return [];
        // How the fee is billed is decided on its first day, so a later version cannot bill it twice or not at all.
        var first = parts[0].Charge;
        var zero = Prepaid(key, cycle, whole, parts[0]);
        var posted = first.Bill switch
        {
            "advance" when first.AdvancePeriods > 0 => LocalDate.Max(begun, cycle.Before(whole, first.AdvancePeriods).Last),
            "advance" => parts[0].Days.First,
            "progressive" when zero is null => LocalDate.MinIsoValue,
            _ => active.Last,
        };
        if (posted > upTo) return [];
        var covered = life.Covered is not null && first.Bill == "advance";
        var stages = spans.GroupBy(span => span.Version.Stage).ToDictionary(stage => stage.Key, stage => stage.Max(span => span.Last));
        var paid = first.Bill switch
        {
            "advance" => FeeParts.InAdvance(parts, key, whole, active, stages),
            "progressive" => FeeParts.Progressive(parts, whole, upTo),
            _ => FeeParts.InArrears(parts, whole, active),
        };
        if (covered)
            return paid.Where(part => zero is null && IsCovered(part, upTo))
                .SelectMany(part => (IEnumerable<FeeDue>)[part.Due(whole), .. Credits(part, whole, upTo, ServicePause.NoFunds)])
                .Select(due => due with { IsCovered = true })
                .Concat(zero is null ? [] : [zero]);
        return zero is not null
            ? [zero, .. paid.SelectMany(part => Credits(part, whole, upTo))]
            : paid.SelectMany(part => (IEnumerable<FeeDue>)[part.Due(whole), .. Credits(part, whole, upTo)]);
    }

    // What is not paid is not owed: there was no service (domain 0.3, rule 27).
    private bool IsCovered(FeePart part, LocalDate upTo) => life.Covered!.Any(fee => fee.Charge is null
        || (fee.Charge == part.Charge.Id && fee.From == part.Days.First && calendar.DateOf(fee.At) <= upTo));

    // To the end of the period, whenever service ends: what is paid for is not owed in part either.
    private FeeDue? Prepaid(FeeKey key, DateCycle cycle, DaySpan whole, FeePart part)
    {
        foreach (var fee in life.Prepaid)
        {
            if (fee.Charge != key.Charge || whole.Last < fee.From || whole.Last > fee.To)
                continue;
            var number = 1;
            for (var span = cycle.Containing(fee.From); span.First < whole.First; span = cycle.Next(span))
                number++;
            return (part with { Days = part.Days with { Last = whole.Last } }).Due(whole) with
            {
                Kind = "prepaid", FullPrice = 0, Charge = PrepaidFee.NameOf(key.Charge, number, fee.Periods),
            };
        }

        return null;
    }

    private IEnumerable<FeeDue> Credits(FeePart part, DaySpan whole, LocalDate upTo, params string[] always)
    {
        foreach (var days in Idle([.. part.Charge.CreditDaysWhen ?? [], .. always]))
        {
            if (!days.Overlaps(part.Days))
                continue;
            var lost = days.Within(part.Days);
            if (lost.First <= upTo)
                yield return (part with { Days = lost with { Last = LocalDate.Min(lost.Last, upTo) } }).Due(whole) with { IsCredit = true };
        }
    }

    // A time that is lost for two reasons is lost once; a day that service touches is a day with service (domain 0.3, rule 7).
    private IEnumerable<DaySpan> Idle(string[] reasons)
    {
        var merged = new List<(Instant From, Instant Until)>();
        foreach (var pause in life.Pauses.Where(pause => reasons.Contains(pause.Reason)).OrderBy(pause => pause.From))
        {
            var until = pause.Until ?? Instant.MaxValue;
            if (merged is [.., var last] && pause.From <= last.Until)
                merged[^1] = (last.From, Instant.Max(last.Until, until));
            else
                merged.Add((pause.From, until));
        }

        return merged.Select(pause => new DaySpan(FirstLost(pause.From),
            pause.Until == Instant.MaxValue ? LocalDate.MaxIsoValue : calendar.DateOf(pause.Until).PlusDays(-1))).Where(days => days.First <= days.Last);
    }

    // Where service has not begun when it stops, its first day is lost too.
    private LocalDate FirstLost(Instant from) => from <= life.Start ? service.First : LocalDays.LastBefore(from, calendar.Zone).PlusDays(1);
}
