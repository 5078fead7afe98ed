// Decides corrections of events whose meter is not added up: a reading is taken back or replaced, and the period's units follow.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Rating;

namespace OrleansBilling.Billing.Usage;

/// <summary>
/// What such an event added when it came says nothing of what is left without it: a lower peak may stand behind it, or the same value once more. So a
/// correction charges the difference between the units of all readings before and after it, and takes back no leg of the event.
/// </summary>
internal static class ReadingDecider
{
    public static CorrectionDecision Correct(SubscriptionState state, SubscriptionTerms terms, CorrectionRequest request, JournaledEvent original,
        long nowMicros)
    {
        var accepted = UsageRecord.Of(original.Record);
        var corrections = state.Corrections.Of(request.EventHash);
        if (corrections.Any(one => one.Request.Quantity is null))
            return CorrectionDecision.Of(CorrectionOutcome.AlreadyRetracted);
        var stood = Correction.Units(accepted.Quantity, corrections);
        var changes = new List<Change>();
        foreach (var one in original.Readings!)
        {
            var identity = state.CellAt(state.PositionOf(one.Cell)).Identity;
            if (ChargeOf(terms, identity) is not { } charge)
                return new CorrectionDecision(CorrectionOutcome.Refused, null, UsageOutcome.NoPrice, default, null, 0);
            var (wrong, right) = (one.Reading.At(stood), request.Quantity is { } quantity ? one.Reading.At(quantity) : null);
            changes.Add(new Change(one.Cell, identity, charge, wrong, right,
                state.Readings.UnitsAfter(identity, wrong, right) - state.Readings.Units(identity)));
        }

        if (Missing(state, terms, changes) is { } missing)
            return new CorrectionDecision(CorrectionOutcome.Short, null, default, default, missing, 0);
        var record = UsageRecord.Of(Correction.RecordOf(request, accepted.Meter, (request.Quantity ?? 0) - stood, reversed: 0));
        return Apply(state, terms, changes, record, nowMicros);
    }

    private static CorrectionDecision Apply(SubscriptionState state, SubscriptionTerms terms, List<Change> changes, scoped in UsageRecord record,
        long nowMicros)
    {
        var frame = CorrectionDecider.Begin(state, terms.Legs.Count, nowMicros);
        var (legs, readings) = (new List<LegAmount>(), new List<LegReading>());
        foreach (var change in changes)
        {
            if (change.Units > 0) legs.Add(Up(state, terms, change, ref frame));
            else legs.AddRange(Down(state, change));
            readings.Add(new LegReading(change.Cell, change.Wrong, IsBack: true));
            if (change.Right is not null) readings.Add(new LegReading(change.Cell, change.Right));
        }

        foreach (var leg in legs)
            state.Count(leg, record.TimeMicros);
        frame.Readings(record, [.. legs], [.. readings]);
        state.Take([.. readings]);
        return CorrectionDecider.Done(state, record, [.. legs], ref frame);
    }

    private static UsageCharge? ChargeOf(SubscriptionTerms terms, CellIdentity identity) => terms.Legs.Where(leg => leg.AgreementId == identity.Agreement)
        .SelectMany(leg => leg.Plan.Versions.Where(version => version.Number == identity.PlanVersion && leg.PlanOf(version) == identity.Plan))
        .SelectMany(version => version.Version.Charges).OfType<UsageCharge>().FirstOrDefault(charge => charge.Id == identity.Charge);

    // What purses lack for more units.
    private static Shortage? Missing(SubscriptionState state, SubscriptionTerms terms, List<Change> changes)
    {
        var required = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Units <= 0 || terms.FundingOf(change.Identity.Agreement) is not { } funding)
                continue;
            var needed = required[funding.Wallet] = required.GetValueOrDefault(funding.Wallet)
                + (funding.UnitMeters is null ? UsagePrice.Amount(change.Charge, state.UsedOf(change.Identity), change.Units) : change.Units);
            var available = state.PurseOf(funding.Wallet)?.Available ?? 0;
            if (needed > available)
                return new Shortage(funding, needed - available, needed);
        }

        return null;
    }

    private static LegAmount Up(SubscriptionState state, SubscriptionTerms terms, Change change, ref UsageFrameWriter frame)
    {
        var purse = terms.FundingOf(change.Identity.Agreement) is { } funding ? state.PurseOf(funding.Wallet)?.Number ?? 0 : 0;
        var position = state.PositionOf(change.Identity, purse);
        if (position < 0)
        {
            var cell = new UsageCell { Identity = change.Identity, Number = state.NextCell, Purse = purse };
            frame.NewCell(cell);
            position = state.AddCell(cell);
        }

        return new LegAmount(state.CellAt(position).Number, change.Units, UsagePrice.Amount(change.Charge, state.UsedOf(change.Identity), change.Units));
    }

    // Where the payer has changed within the period, the units that came last go first, each back to whom they came from.
    private static List<LegAmount> Down(SubscriptionState state, Change change)
    {
        var (legs, units, used) = (new List<LegAmount>(), -change.Units, state.UsedOf(change.Identity));
        for (var position = state.CellCount - 1; position >= 0 && units > 0; position--)
        {
            ref readonly var cell = ref state.CellAt(position);
            if (cell.Identity != change.Identity || cell.Quantity <= 0)
                continue;
            var part = Math.Min(units, cell.Quantity);
            legs.Add(new LegAmount(cell.Number, -part, UsagePrice.Change(change.Charge, used, -part), IsFurther: legs.Count > 0));
            (units, used) = (units - part, used - part);
        }

        // An event that never was the highest, or whose value stands once more, leaves everything as it is.
        if (legs.Count == 0)
            legs.Add(new LegAmount(change.Cell, 0, 0));
        return legs;
    }

    /// <summary>What becomes of one leg's total: one reading is wrong, another (or none) is right, and the period has so many units more.</summary>
    private readonly record struct Change(int Cell, CellIdentity Identity, UsageCharge Charge, Reading Wrong, Reading? Right, decimal Units);
}
