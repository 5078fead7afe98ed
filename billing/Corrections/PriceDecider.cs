// Decides price corrections of one event: what stood on one leg is taken back, and charged anew at the price that it should have had.
using System.Runtime.InteropServices;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Usage;

/// <summary>What a price correction goes by besides the subscription's state.</summary>
/// <param name="Rater">Of the leg's agreement and plan, for a change to a version of the plan.</param>
/// <param name="CostAgreement">The agreement on which the leg's seller buys, for a version that prices by cost; null: there is none.</param>
/// <param name="Pending">Units of a total that are still to be priced anew after this event: they count behind it, so that all of a window together cost
/// what they would have cost from the start.</param>
/// <param name="Force">What no purse covers is taken by force (domain 0.3, rule 33); false: it is asked for.</param>
public sealed record Repricing(LegRater? Rater, string? CostAgreement, Func<CellIdentity, decimal> Pending, bool Force)
{
    /// <summary>To a price that was named.</summary>
    public static Repricing Named(bool force) => new(null, null, _ => 0, force);
}

/// <summary>Never a second debit: what is charged anew stands in the same entry as what it replaces, and names the event (domain 4.2, 4.3).</summary>
public static class PriceDecider
{
    /// <summary>
    /// Corrects the price of an event; <paramref name="original"/> is what the journal holds under its id, or null. Units that packages paid for cost
    /// nothing whatever their price, and a leg that is refunded has none.
    /// </summary>
    public static CorrectionDecision Decide(SubscriptionState state, CorrectionRequest request, JournaledEvent? original, Repricing by, long nowMicros)
    {
        if (state.Corrections.Find(request.Id) is { } known)
            return CorrectionDecision.Of(known.Request == request ? CorrectionOutcome.Done : CorrectionOutcome.Conflict, known);
        if (CorrectionDecider.Refused(request, original, nowMicros) is { } refused)
            return CorrectionDecision.Of(refused);
        // What an event added to a peak is no price of its own.
        if (original!.Readings is not null)
            return new CorrectionDecision(CorrectionOutcome.Refused, null, UsageOutcome.NoPrice, default, null, 0);
        var standing = Correction.Standing(original.Legs, state.Corrections.Of(request.EventHash));
        if (standing.Count == 0)
            return CorrectionDecision.Of(CorrectionOutcome.AlreadyRetracted);
        if (On(state, standing, request.Price!.Agreement) is not { } stood)
            return CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var accepted = UsageRecord.Of(original.Record);
        if (PriceOf(state, request.Price, accepted, standing, stood, by) is not { } priced)
            return new CorrectionDecision(CorrectionOutcome.Refused, null, UsageOutcome.NoPrice, default, null, 0);
        if (priced.Amount > Limits.CellTotalMax)
            return new CorrectionDecision(CorrectionOutcome.Refused, null, UsageOutcome.InvalidEvent, default, null, 0);
        var (gone, added) = AddedPrices.Changed(state, request.Price, accepted, standing, by.Rater, CellOf(state, stood).Identity);
        return stood.Amount == priced.Amount && CellOf(state, stood).Identity == priced.Identity && gone.Count + added.Count == 0
            ? CorrectionDecision.Of(CorrectionOutcome.Unchanged)
            : Charge(state, request, accepted, (stood, priced), (gone, added), by.Force, nowMicros);
    }

    /// <summary>
    /// What stands of an event on an agreement and was priced, not covered by packages and not added to the price; an agreement has one leg of a subscription.
    /// </summary>
    public static LegAmount? On(SubscriptionState state, IEnumerable<LegAmount> standing, string agreement)
    {
        foreach (var leg in standing)
        {
            if (leg.Grant == 0 && CellOf(state, leg).Identity is var on && on.Agreement == agreement && !Surcharge.Is(on.Charge))
                return leg;
        }

        return null;
    }

    internal static UsageCell CellOf(SubscriptionState state, LegAmount leg) => state.CellAt(state.PositionOf(leg.Cell));

    private static Priced? PriceOf(SubscriptionState state, PriceChange change, scoped in UsageRecord accepted, List<LegAmount> standing, LegAmount stood,
        Repricing by)
    {
        if (change.PlanVersion is not { } version)
            return new Priced(CellOf(state, stood).Identity, change.Amount ?? (change.UnitPrice!.Value * stood.Quantity), 0);
        if (by.Rater is null || !by.Rater.TryRateBy(version, accepted, out var rated))
            return null;
        var (old, charge) = (CellOf(state, stood).Identity, rated.Charge);
        var identity = rated.Identity.Period == old.Period ? rated.Identity : rated.Identity with { Calendar = old.Calendar, Period = old.Period };
        if (charge.Model == "cost_plus")
        {
            return by.CostAgreement is null ? null : new Priced(identity, UsagePrice.Amount(charge, 0,
                standing.Where(leg => CellOf(state, leg).Identity.Agreement == by.CostAgreement).Sum(leg => leg.Amount)), 0);
        }

        var after = Before(state, charge, identity, stood, by);
        return new Priced(identity, UsagePrice.Amount(charge, after, stood.Quantity), after);
    }

    // Rated as if the event had never been, and those that wait had not yet. What does not divide evenly is divided once, in its own total.
    private static decimal Before(SubscriptionState state, Catalogue.UsageCharge charge, CellIdentity identity, LegAmount stood, Repricing by)
    {
        if (!charge.CountsWholePeriod && charge.Per == 1)
            return 0;
        CorrectionDecider.Move(state, [stood], -1);
        var position = state.PositionOf(identity, CellOf(state, stood).Purse);
        var before = charge.CountsWholePeriod ? state.UsedOf(identity) - by.Pending(identity) : position < 0 ? 0 : state.CellAt(position).Quantity;
        CorrectionDecider.Move(state, [stood], 1);
        return before;
    }

    private static CorrectionDecision Charge(SubscriptionState state, CorrectionRequest request, scoped in UsageRecord accepted,
        (LegAmount Stood, Priced Priced) price, (IReadOnlyList<LegAmount> Gone, IReadOnlyList<AddedPrice> New) added, bool force, long nowMicros)
    {
        var frames = new PackedWriter(512);
        var (stood, priced) = price;
        var number = CellOf(state, stood).Purse;
        if (number != 0 && state.PurseAt(number) is { CountsUnits: false } purse
            && priced.Amount - stood.Amount + added.New.Sum(one => one.Amount) - added.Gone.Sum(leg => leg.Amount) is var needed && needed > purse.Available)
        {
            var uncovered = needed - purse.Available;
            if (!force)
                return new CorrectionDecision(CorrectionOutcome.Short, null, default, default, new Shortage(new LegFunding(purse.Wallet, false, null),
                    uncovered, needed), 0);
            frames.Raw(PurseFrame.Force(state, purse, uncovered, nowMicros).Span);
        }

        var record = UsageRecord.Of(Correction.RecordOf(request, accepted.Meter, 0, 1 + added.Gone.Count, priced.After));
        var frame = CorrectionDecider.Begin(state, 2, nowMicros);
        var legs = new List<LegAmount> { stood.Reversed };
        legs.AddRange(added.Gone.Select(leg => leg.Reversed));
        legs.Add(stood with { Cell = CellFor(state, priced.Identity, number, ref frame), Amount = priced.Amount });
        foreach (var one in added.New)
            legs.Add(new LegAmount(CellFor(state, one.Identity, AddedPrices.PurseOf(state, number), ref frame), one.Quantity, one.Amount, IsFurther: true));
        foreach (var leg in legs)
            state.Count(leg, record.TimeMicros);
        frame.Event(record, CollectionsMarshal.AsSpan(legs));
        var done = CorrectionDecider.Done(state, record, [.. legs], ref frame);
        frames.Raw(done.Frame.Span);
        return done with { Frame = frames.Written };
    }

    private static int CellFor(SubscriptionState state, CellIdentity identity, int purse, ref UsageFrameWriter frame)
    {
        var position = state.PositionOf(identity, purse);
        if (position >= 0)
            return state.CellAt(position).Number;
        var cell = new UsageCell { Identity = identity, Number = state.NextCell, Purse = purse };
        frame.NewCell(cell);
        return state.CellAt(state.AddCell(cell)).Number;
    }

    private readonly record struct Priced(CellIdentity Identity, decimal Amount, decimal After);
}
