// Which version of a plan is in force when, in the zone of the calendar that asks.
using NodaTime;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>A plan version with its number and the instant from which it holds in one zone.</summary>
public sealed record DatedVersion(int Number, Instant From, PlanVersion Version)
{
    /// <summary>The plan, where a leg has changed its plan; null: the only one.</summary>
    public string? Plan { get; init; }

    /// <summary>How many changes of plan came before.</summary>
    internal int Stage { get; init; }

    // Found once: a rate sheet has thousands of charges, and every close asks for the few fees.
    internal IReadOnlyList<RecurringCharge> Fees { get; } = [.. Version.Charges.OfType<RecurringCharge>()];

    internal IReadOnlyList<OneTimeCharge> OneTime { get; } = [.. Version.Charges.OfType<OneTimeCharge>()];
}

/// <summary>The versions of one plan in order of time. Of two that begin together, the later saved (higher number) holds.</summary>
public sealed class PlanTimeline
{
    private readonly DatedVersion[] versions;
    private readonly LocalDate[] dates;

    /// <summary>From numbered versions in any order.</summary>
    public PlanTimeline(IEnumerable<(int Number, PlanVersion Version)> numbered, DateTimeZone zone)
    {
        versions = [.. numbered.Select(one => new DatedVersion(one.Number, one.Version.EffectiveFrom.In(zone), one.Version))
            .OrderBy(one => one.From).ThenBy(one => one.Number)];
        dates = [.. versions.Select(one => LocalDays.At(one.From, zone))];
    }

    private PlanTimeline(DatedVersion[] versions, DateTimeZone zone) =>
        (this.versions, dates) = (versions, [.. versions.Select(one => LocalDays.At(one.From, zone))]);

    /// <summary>
    /// One plan after the other: each holds from its instant until the next one's. Where a plan has no version yet, nothing is priced.
    /// </summary>
    public static PlanTimeline Changed(IReadOnlyList<(Instant From, string Plan, PlanTimeline Timeline)> plans, DateTimeZone zone)
    {
        var versions = new List<DatedVersion>();
        for (var stage = 0; stage < plans.Count; stage++)
        {
            var (from, plan, timeline) = plans[stage];
            var until = stage + 1 < plans.Count ? plans[stage + 1].From : Instant.MaxValue;
            var begins = timeline.At(from)
                ?? new DatedVersion(0, from, new PlanVersion { EffectiveFrom = new EffectiveFrom { Instant = from }, Charges = [] });
            versions.Add(begins with { From = from, Plan = plan, Stage = stage });
            versions.AddRange(timeline.versions.Where(version => version.From > from && version.From < until)
                .Select(version => version with { Plan = plan, Stage = stage }));
        }

        return new PlanTimeline([.. versions], zone);
    }

    /// <summary>In order of time.</summary>
    public IReadOnlyList<DatedVersion> Versions => versions;

    /// <summary>Whether any fee credits days without service.</summary>
    public bool CreditsDays => versions.Any(version => version.Fees.Any(fee => fee.CreditDaysWhen is { Length: > 0 }));

    /// <summary>The version in force at an instant, or null before the first.</summary>
    public DatedVersion? At(Instant instant) => Array.FindLast(versions, version => version.From <= instant);

    /// <summary>
    /// The spans of local days within [first, last] and the version that prices each whole day: a version counts from the local date on which it
    /// takes effect. Days before the first version are in no span.
    /// </summary>
    public IEnumerable<(LocalDate First, LocalDate Last, DatedVersion Version)> Days(LocalDate first, LocalDate last)
    {
        for (var i = 0; i < versions.Length; i++)
        {
            var from = LocalDate.Max(dates[i], first);
            var to = i + 1 < versions.Length ? LocalDate.Min(dates[i + 1].PlusDays(-1), last) : last;
            if (from <= to) yield return (from, to, versions[i]);
        }
    }
}
