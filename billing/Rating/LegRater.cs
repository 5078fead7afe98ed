// Rates events on one agreement and plan: period, plan version and charge by the event's own time. Shared by all subscriptions of a process.
using NodaTime;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Rating;

/// <summary>What an event costs on one leg: the cell it belongs to, the charge that prices it and the quantity that its meter counts.</summary>
/// <param name="Reading">Where the meter is not added up: what the event says. What it adds to the quantity is known to the subscription alone.</param>
public readonly record struct Rated(CellIdentity Identity, UsageCharge Charge, decimal Quantity, Reading? Reading = null);

/// <summary>Immutable but for a cache of identities, which only saves work.</summary>
public sealed class LegRater
{
    private readonly string calendarId;
    private readonly RateTable[] tables;
    private readonly IReadOnlyList<(Instant From, LegRater Rater)> stages = [];

    /// <summary>The plan's versions in the zone of the agreement's calendar.</summary>
    public LegRater(string agreementId, Agreement agreement, string planId, BillingCalendar calendar, PlanTimeline plan, Func<string, Meter> meterOf,
        string currency = "EUR")
    {
        AgreementId = agreementId;
        Agreement = agreement;
        PlanId = planId;
        calendarId = agreement.Calendar;
        Calendar = calendar;
        Plan = plan;
        Currency = currency;
        tables = [.. plan.Versions.Select(version => new RateTable(version.Version, meterOf))];
        HasSurcharges = tables.Any(table => table.HasSurcharges);
        HasRollover = plan.Versions.Any(version => version.Version.Charges.OfType<UsageCharge>().Any(charge => charge.RolloverRule != RolloverRule.None));
        HasPools = plan.Versions.Any(version => version.Version.Charges.OfType<UsageCharge>().Any(charge => charge.PrepaidPool == true));
    }

    private LegRater(IReadOnlyList<(Instant From, LegRater Rater)> stages)
        : this(stages[0].Rater, stages[^1].Rater.PlanId, Named(stages))
    {
        this.stages = stages;
        HasSurcharges = stages.Any(stage => stage.Rater.HasSurcharges);
        HasRollover = stages.Any(stage => stage.Rater.HasRollover);
        HasPools = stages.Any(stage => stage.Rater.HasPools);
    }

    private LegRater(LegRater first, string newestPlan, PlanTimeline plan)
    {
        (AgreementId, Agreement, Calendar, Currency) = (first.AgreementId, first.Agreement, first.Calendar, first.Currency);
        (PlanId, Plan, calendarId, tables) = (newestPlan, plan, first.calendarId, []);
    }

    /// <summary>A leg that has changed its plan: each rates what happened in its time.</summary>
    public static LegRater Changed(IReadOnlyList<(Instant From, LegRater Rater)> stages) => new(stages);

    /// <summary>The agreement of the leg.</summary>
    public string AgreementId { get; }
    /// <summary>Its terms.</summary>
    public Agreement Agreement { get; }
    /// <summary>The plan of the leg; the newest where it has changed.</summary>
    public string PlanId { get; }
    /// <summary>The agreement's calendar.</summary>
    public BillingCalendar Calendar { get; }
    /// <summary>ISO 4217 of the plan.</summary>
    public string Currency { get; }
    /// <summary>Plan versions by instant.</summary>
    public PlanTimeline Plan { get; }

    /// <summary>Rates an event; false: no version was valid then, or no charge matches.</summary>
    public bool TryRate(in UsageRecord record, out Rated rated)
    {
        var at = Micros.Instant(record.TimeMicros);
        rated = default;
        if (stages.Count > 0)
            return StageAt(at) is { } stage && stage.TryRate(record, out rated);
        return TryRate(record, VersionAt(at), at, out rated);
    }

    /// <summary>Rates an event by a version of the plan, whenever that was in force; false: there is no such version, or no charge matches.</summary>
    public bool TryRateBy(int number, in UsageRecord record, out Rated rated)
    {
        var version = 0;
        while (version < Plan.Versions.Count && Plan.Versions[version].Number != number)
            version++;
        return TryRate(record, version < Plan.Versions.Count ? version : -1, Micros.Instant(record.TimeMicros), out rated);
    }

    /// <summary>Whether a version prices anything of a meter (null: of any) by what came before in the period.</summary>
    public bool CountsWholePeriod(int number, string? meter) => Plan.Versions.Where(version => version.Number == number)
        .SelectMany(version => version.Version.Charges).OfType<UsageCharge>()
        .Any(charge => charge.CountsWholePeriod && (meter is null || charge.Meter == meter));

    private bool TryRate(in UsageRecord record, int version, Instant at, out Rated rated)
    {
        rated = default;
        if (version < 0 || tables[version].Find(record, out var quantity, out var reading) is not { } priced)
            return false;
        if (reading is not null)
            (priced, version) = FirstOf(Calendar.PeriodAt(at), record, priced, version);
        rated = new Rated(priced.CellAt(at) ?? NewCell(priced, version, at), priced.Charge, quantity, reading);
        return true;
    }

    /// <summary>Whether included units of any version roll over.</summary>
    public bool HasRollover { get; }

    /// <summary>Whether any version gives included units of months that are paid ahead together.</summary>
    public bool HasPools { get; }

    /// <summary>Whether it has had more than one plan.</summary>
    public bool HasChangedPlan => stages.Count > 0;

    // A peak is one for the whole period, whatever time each reading has: it has the price that held first in it. A new one holds from the next period on.
    private (PricedCharge Priced, int Version) FirstOf(BillingPeriod period, in UsageRecord record, PricedCharge priced, int version)
    {
        for (var first = Math.Max(0, VersionAt(period.Start)); first < version; first++)
        {
            if (tables[first].Find(record, out _, out _) is { } earlier)
                return (earlier, first);
        }

        return (priced, version);
    }

    /// <summary>Whether the events of a meter are not added up on this leg.</summary>
    public bool Reads(string meter) => stages.Count > 0 ? stages.Any(stage => stage.Rater.Reads(meter)) : tables.Any(table => table.Reads(meter));

    /// <summary>Whether anything is ever added to a price.</summary>
    public bool HasSurcharges { get; }

    /// <summary>Adds what is added to the price of an event that <see cref="TryRate"/> has rated, of the same quantity.</summary>
    public void Surcharges(in UsageRecord record, decimal quantity, ICollection<Rated> found)
    {
        var at = Micros.Instant(record.TimeMicros);
        if (stages.Count > 0)
        {
            StageAt(at)!.Surcharges(record, quantity, found);
            return;
        }

        Surcharges(VersionAt(at), record, quantity, at, found);
    }

    /// <summary>Adds what a version of the plan adds to the price of an event that it prices (<see cref="TryRateBy"/>).</summary>
    public void SurchargesBy(int number, in UsageRecord record, decimal quantity, ICollection<Rated> found)
    {
        for (var version = 0; version < Plan.Versions.Count; version++)
        {
            if (Plan.Versions[version].Number == number)
                Surcharges(version, record, quantity, Micros.Instant(record.TimeMicros), found);
        }
    }

    private void Surcharges(int version, in UsageRecord record, decimal quantity, Instant at, ICollection<Rated> found)
    {
        foreach (var kind in tables[version].SurchargesOn(record))
        {
            if (kind.Find(record) is { } added)
                found.Add(new Rated(added.CellAt(at) ?? NewCell(added, version, at), added.Charge, quantity));
        }
    }

    /// <summary>Index of the plan version in force, or −1.</summary>
    public int VersionAt(Instant at)
    {
        var version = Plan.Versions.Count - 1;
        while (version >= 0 && Plan.Versions[version].From > at)
            version--;
        return version;
    }

    /// <summary>The plan of a version of <see cref="Plan"/>.</summary>
    public string PlanOf(DatedVersion version) => version.Plan ?? PlanId;

    /// <summary>The timeline with the plan's name on every version, so that it compares with that of a leg that has changed its plan.</summary>
    public PlanTimeline NamedFrom(Instant start) => stages.Count > 0 ? Plan : Named([(start, this)]);

    private static PlanTimeline Named(IReadOnlyList<(Instant From, LegRater Rater)> stages) =>
        PlanTimeline.Changed([.. stages.Select(stage => (stage.From, stage.Rater.PlanId, stage.Rater.Plan))], stages[0].Rater.Calendar.Zone);

    private LegRater? StageAt(Instant at)
    {
        for (var stage = stages.Count - 1; stage >= 0; stage--)
        {
            if (stages[stage].From <= at)
                return stages[stage].Rater;
        }

        return null;
    }

    private CellIdentity NewCell(PricedCharge priced, int version, Instant at)
    {
        var charge = priced.Charge;
        var name = charge.Surcharge is null ? charge.Id : Surcharge.NameOf(charge.Id);
        var identity = new CellIdentity(AgreementId, calendarId, PlanId, Plan.Versions[version].Number, name, charge.Meter, Calendar.PeriodAt(at));
        priced.Add(identity);
        return identity;
    }
}
