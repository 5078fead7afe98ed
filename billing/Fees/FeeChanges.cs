// From which day on two states of knowledge about a leg differ.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Fees;

internal static class FeeChanges
{
    /// <summary>Null: they are the same. Fee periods that end before are owed alike on both sides.</summary>
    public static LocalDate? First((PlanTimeline Plan, ServiceLife? Life) then, (PlanTimeline Plan, ServiceLife? Life) now, BillingCalendar calendar)
    {
        if (then.Life is null || now.Life is null)
            return (then.Life ?? now.Life) is { } only ? calendar.DateOf(only.Start) : null;
        var differing = Differing(then.Life, now.Life).Concat(Differing(then.Plan, now.Plan)).Select(calendar.DateOf)
            .Concat(now.Life.Prepaid.Except(then.Life.Prepaid).Select(fee => fee.From)).ToList();
        return differing.Count == 0 ? null : differing.Min();
    }

    private static IEnumerable<Instant> Differing(ServiceLife then, ServiceLife now)
    {
        if (then.Start != now.Start)
            yield return Instant.Min(then.Start, now.Start);
        if (then.End != now.End)
            yield return Instant.Min(then.End ?? Instant.MaxValue, now.End ?? Instant.MaxValue);
        foreach (var pause in then.Pauses.Except(now.Pauses).Concat(now.Pauses.Except(then.Pauses)))
            yield return pause.From;
    }

    private static IEnumerable<Instant> Differing(PlanTimeline then, PlanTimeline now)
    {
        var (before, after) = (then.Versions.Select(Place), now.Versions.Select(Place));
        return before.Except(after).Concat(after.Except(before)).Select(version => version.From);
    }

    private static (string? Plan, int Number, Instant From, int Stage) Place(DatedVersion version) =>
        (version.Plan, version.Number, version.From, version.Stage);
}
