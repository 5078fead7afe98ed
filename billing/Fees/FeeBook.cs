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
    private readonly List<(DaySpan Days, string Reason)> idle = [];

    private FeeBook(PlanTimeline plan, ServiceLife life, BillingCalendar calendar)
    {
        (this.plan, this.life, this.calendar) = (plan, life, calendar);
        service = new DaySpan(calendar.DateOf(life.Start), life.End is { } end ? LocalDays.LastBefore(end, calendar.Zone) : LocalDate.MaxIsoValue);
        foreach (var pause in life.Pauses)
        {
            // A day that service touches is a day with service (domain 0.3, rule 7).
            var days = new DaySpan(LocalDays.LastBefore(pause.From, calendar.Zone).PlusDays(1),
                pause.Until is { } until ? calendar.DateOf(until).PlusDays(-1) : LocalDate.MaxIsoValue);
            if (days.First <= days.Last)
                idle.Add((days, pause.Reason));
        }
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
        var posted = first.Bill switch
        {
            "advance" when first.AdvancePeriods > 0 => LocalDate.Max(begun, cycle.Before(whole, first.AdvancePeriods).Last),
            "advance" => parts[0].Days.First,
            "progressive" => LocalDate.MinIsoValue,
            _ => active.Last,
        };
        if (posted > upTo) return [];
        var stages = spans.GroupBy(span => span.Version.Stage).ToDictionary(stage => stage.Key, stage => stage.Max(span => span.Last));
        var paid = first.Bill switch
        {
            "advance" => FeeParts.InAdvance(parts, key, whole, active, stages),
            "progressive" => FeeParts.Progressive(parts, whole, upTo),
            _ => FeeParts.InArrears(parts, whole, active),
        };
        return paid.SelectMany(part => (IEnumerable<FeeDue>)[part.Due(whole), .. Credits(part, whole, upTo)]);
    }

    private IEnumerable<FeeDue> Credits(FeePart part, DaySpan whole, LocalDate upTo)
    {
        foreach (var (days, reason) in idle)
        {
            if (part.Charge.CreditDaysWhen?.Contains(reason) != true || !days.Overlaps(part.Days))
                continue;
            var lost = days.Within(part.Days);
            if (lost.First <= upTo)
                yield return (part with { Days = lost with { Last = LocalDate.Min(lost.Last, upTo) } }).Due(whole) with { IsCredit = true };
        }
    }
}
