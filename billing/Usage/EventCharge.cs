// What one event costs on every leg and which purses pay for it: priced first, checked, then applied as a whole or not at all.
using System.Text;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Usage;

/// <summary>Used again for every event of a batch: <see cref="Price"/>, then <see cref="Shortage"/>, then <see cref="Apply"/>, in one turn.</summary>
internal sealed partial class EventCharge(SubscriptionState state, SubscriptionTerms terms)
{
    private readonly Rated[] rated = new Rated[terms.Legs.Count];
    private readonly decimal[] amounts = new decimal[terms.Legs.Count];
    private readonly Coverage? coverage = state.Grants.IsEmpty ? null : new Coverage(state, terms);
    private readonly AddedParts? added = terms.HasSurcharges ? new AddedParts(state, terms) : null;
    private readonly int[] order = terms.PricingOrder;
    private readonly decimal[] draws = terms.IsFunded ? new decimal[terms.Legs.Count] : [];

    /// <summary>The exact amount on a leg, surcharges included.</summary>
    public decimal AmountOf(int leg) => amounts[leg] + (added?.TotalOf(leg) ?? 0);

    /// <summary>What each leg takes from its purse; empty when nothing is funded.</summary>
    public ReadOnlySpan<decimal> Draws => draws;

    /// <summary>
    /// Finds period, charge, what packages cover and the amount of the rest on every leg. An overflow refuses the event; nothing has changed then.
    /// </summary>
    /// <param name="kept">What the hold that is captured keeps of grants.</param>
    /// <param name="promised">What packages do not cover is priced even where they allow no overage.</param>
    public UsageOutcome Price(scoped in UsageRecord record, IReadOnlyList<HoldPart>? kept = null, bool promised = false)
    {
        var backfilled = BackfillName.Is(record.Source);
        Array.Clear(draws);
        Reads = false;
        for (var leg = 0; leg < rated.Length; leg++)
        {
            if (!terms.Legs[leg].TryRate(record, out rated[leg]))
                return terms.KnownMeters.Contains(Encoding.UTF8.GetString(record.Meter)) ? UsageOutcome.NoPrice : UsageOutcome.UnknownMeter;
            if (rated[leg].Reading is { } reading && Read(leg, reading, backfilled) is not UsageOutcome.Accepted and var unread)
                return unread;
            added?.Rate(leg, record, rated[leg].Quantity);
        }

        try
        {
            foreach (var leg in order)
            {
                if (coverage is not null && !TryCover(leg, record.TimeMicros, kept, promised))
                    return UsageOutcome.InsufficientAllowance;
                if (!IsCovered(leg) && PriceRest(leg, backfilled) is not UsageOutcome.Accepted and var refusal)
                    return refusal;
                if (added is not null && !added.TryPrice(leg, PurseOfAdded(leg), backfilled))
                    return UsageOutcome.InvalidEvent;
                if (terms.FundingOf(leg) is { } funding && !TryDraw(funding, leg))
                    return UsageOutcome.NoPrice;
            }
        }
        catch (OverflowException)
        {
            return UsageOutcome.InvalidEvent;
        }

        return UsageOutcome.Accepted;
    }

    // What packages do not cover, by the plan.
    private UsageOutcome PriceRest(int leg, bool backfilled)
    {
        if (rated[leg].Charge.Model == "cost_plus" && terms.CostLegOf(leg) < 0)
            return UsageOutcome.NoPrice;
        if (!TryAmount(leg, state.PositionOf(rated[leg].Identity, PurseOf(leg)?.Number ?? 0), backfilled))
            return UsageOutcome.InvalidEvent;
        return coverage is null || coverage.IsWithinLimit(leg, rated[leg].Identity, amounts[leg]) ? UsageOutcome.Accepted : UsageOutcome.InsufficientAllowance;
    }

    /// <summary>The first purse that has too little, or null. <paramref name="freed"/> comes back to the purses before they pay: what a hold keeps.</summary>
    public Shortage? Shortage(IReadOnlyList<HoldPart>? freed = null)
    {
        for (var leg = 0; leg < draws.Length; leg++)
        {
            if (terms.Funding[leg] is not { } funding)
                continue;
            decimal required = 0;
            for (var other = 0; other <= leg; other++)
            {
                if (terms.Funding[other]?.Wallet == funding.Wallet)
                    required += draws[other];
            }

            var purse = state.PurseOf(funding.Wallet);
            var available = (purse?.Available ?? 0) + FreedOf(purse, freed);
            if (required > available)
                return new Shortage(funding, required - available, required);
        }

        return null;
    }

    /// <summary>Counts the event on every leg, takes it from the purses, and writes it.</summary>
    public void Apply(scoped in UsageRecord record, ref UsageFrameWriter frame)
    {
        state.Used(record.TimeMicros);
        if (Reads)
        {
            ApplyReadings(record, ref frame);
            return;
        }

        if (coverage is { Any: true } || added is { Any: true } || BackfillName.Is(record.Source))
        {
            var parts = Split(ref frame);
            foreach (var part in parts)
                state.Count(part, record.TimeMicros);
            frame.Event(record, parts);
            state.Backfills.Take(state, record, parts);
            return;
        }

        Span<int> positions = stackalloc int[rated.Length];
        for (var leg = 0; leg < rated.Length; leg++)
            positions[leg] = CellFor(rated[leg].Identity, PurseOf(leg)?.Number ?? 0, ref frame);
        frame.Event(record);
        for (var leg = 0; leg < rated.Length; leg++)
        {
            ref var cell = ref state.CellAt(positions[leg]);
            cell.Count++;
            cell.Quantity += rated[leg].Quantity;
            cell.Amount += amounts[leg];
            frame.Leg(cell.Number, rated[leg].Quantity, amounts[leg]);
            if (cell.Purse != 0)
                state.Purses[cell.Purse - 1].Take(draws[leg]);
        }
    }

    /// <summary>Takes back what stood of an event, then counts it as it was priced now; the record is that of the correction. What was charged.</summary>
    public LegAmount[] Apply(scoped in UsageRecord correction, LegAmount[] standing, ref UsageFrameWriter frame)
    {
        var charged = Split(ref frame);
        LegAmount[] all = [.. standing.Select(leg => leg.Reversed), .. charged];
        foreach (var leg in all)
            state.Count(leg, correction.TimeMicros);
        frame.Event(correction, all);
        return charged;
    }

    /// <summary>What the event costs, part by part in the order of the legs: what packages cover, what the plan prices, what is added to it.</summary>
    public IEnumerable<PricedPart> Told()
    {
        for (var leg = 0; leg < rated.Length; leg++)
        {
            var on = rated[leg];
            foreach (var part in coverage?.On(leg) ?? [])
                yield return new PricedPart(on with { Quantity = part.Quantity }, 0, part.Purse);
            if (!IsCovered(leg))
                yield return new PricedPart(on, amounts[leg], 0);
            for (var nth = 0; nth < (added?.On(leg).Count ?? 0); nth++)
                yield return new PricedPart(added!.On(leg)[nth], added.AmountOf(leg, nth), 0);
        }
    }

    /// <summary>What a hold of the event keeps, by purse and by grant; all of it is covered.</summary>
    public HoldPart[] Parts() => [.. ByPurse().Where(part => part.Amount > 0), .. Enumerable.Range(0, rated.Length)
        .SelectMany(leg => coverage?.On(leg) ?? []).Select(part => new HoldPart(0, part.Quantity, part.Grant))];

    /// <summary>What the purses do not cover, by purse. A wallet that was never drawn from has no purse: the caller receives a slice first.</summary>
    public HoldPart[] Uncovered() => [.. ByPurse().Select(part => part with { Amount = part.Amount - state.PurseAt(part.Purse).Available })
        .Where(part => part.Amount > 0)];

    private IEnumerable<HoldPart> ByPurse() => Enumerable.Range(0, draws.Length).Where(leg => PurseOf(leg) is not null)
        .GroupBy(leg => PurseOf(leg)!.Number, (number, legs) => new HoldPart(number, legs.Sum(leg => draws[leg])));

    // Units of packages and what the plan prices count in different cells.
    private LegAmount[] Split(ref UsageFrameWriter frame)
    {
        var parts = new List<LegAmount>(rated.Length);
        for (var leg = 0; leg < rated.Length; leg++)
        {
            var first = parts.Count;
            foreach (var part in coverage?.On(leg) ?? [])
                parts.Add(new LegAmount(NumberFor(leg, part.Purse, ref frame), part.Quantity, 0, part.Grant, parts.Count > first));
            if (rated[leg].Quantity != 0 || parts.Count == first)
                parts.Add(new LegAmount(NumberFor(leg, PurseOf(leg)?.Number ?? 0, ref frame), rated[leg].Quantity, amounts[leg], 0, parts.Count > first));
            for (var nth = 0; nth < (added?.On(leg).Count ?? 0); nth++)
            {
                var part = added!.On(leg)[nth];
                parts.Add(new LegAmount(NumberFor(part.Identity, PurseOfAdded(leg), ref frame), part.Quantity, added.AmountOf(leg, nth), 0, true));
            }
        }

        return [.. parts];
    }

    // The rest takes the place of the whole: that is what the plan prices and the purse pays.
    private bool TryCover(int leg, long timeMicros, IReadOnlyList<HoldPart>? kept, bool promised)
    {
        var covers = coverage!.TryCover(leg, rated[leg], timeMicros, kept, promised, out var rest);
        rated[leg] = rated[leg] with { Quantity = rest };
        if (IsCovered(leg))
            amounts[leg] = 0;
        return covers;
    }

    private bool IsCovered(int leg) => rated[leg].Quantity == 0 && coverage is not null && coverage.On(leg).Count > 0;

    private Purse? PurseOf(int leg) => terms.FundingOf(leg) is { } funding ? state.PurseOf(funding.Wallet) : null;

    // Surcharges are money: where units pay for the rest, they are invoiced.
    private int PurseOfAdded(int leg) => terms.FundingOf(leg) is { UnitMeters: null } ? PurseOf(leg)?.Number ?? 0 : 0;

    private bool TryDraw(LegFunding funding, int leg)
    {
        draws[leg] = funding.UnitMeters is null ? AmountOf(leg) : rated[leg].Quantity;
        if (draws[leg] < 0 && !CanGiveBack(funding, leg))
            return false;
        return IsCovered(leg) || (funding.UnitMeters?.Contains(rated[leg].Identity.Meter) ?? true);
    }

    // A volume price gives back what the units before cost more; only what this purse has paid can come back to it.
    private bool CanGiveBack(LegFunding funding, int leg)
    {
        decimal given = 0;
        for (var other = 0; other < draws.Length; other++)
        {
            if (terms.Funding[other]?.Wallet == funding.Wallet && (other == leg || draws[other] < 0))
                given -= draws[other];
        }

        return given <= (state.PurseOf(funding.Wallet)?.Spent ?? 0);
    }

    private static decimal FreedOf(Purse? purse, IReadOnlyList<HoldPart>? freed)
    {
        decimal sum = 0;
        foreach (var part in freed ?? [])
        {
            if (part.Purse == purse?.Number)
                sum += part.Amount;
        }

        return sum;
    }

    // Where each unit has its price, the cell's own units tell how far the total has come; else all price versions count together.
    // A backfilled event may belong to a period whose totals are archived; whatever was counted there counts before it.
    private bool TryAmount(int leg, int position, bool backfilled)
    {
        ref readonly var on = ref rated[leg];
        var (ownQuantity, ownAmount) = position < 0 ? (0, 0) : (state.CellAt(position).Quantity, state.CellAt(position).Amount);
        if (on.Charge.Model == "cost_plus")
            amounts[leg] = UsagePrice.Amount(on.Charge, 0, AmountOf(terms.CostLegOf(leg)));
        else
        {
            var used = backfilled ? state.UsedOf(on.Identity) + state.Archive.UsedOf(on.Identity)
                : on.Charge.CountsWholePeriod || on.Reading is not null ? state.UsedOf(on.Identity) : ownQuantity;
            amounts[leg] = UsagePrice.Change(on.Charge, used, on.Quantity);
        }

        return ownQuantity + on.Quantity <= Limits.CellTotalMax && ownAmount + amounts[leg] <= Limits.CellTotalMax;
    }

    private int NumberFor(int leg, int purse, ref UsageFrameWriter frame) => NumberFor(rated[leg].Identity, purse, ref frame);

    private int NumberFor(CellIdentity identity, int purse, ref UsageFrameWriter frame) => state.CellAt(CellFor(identity, purse, ref frame)).Number;

    private int CellFor(CellIdentity identity, int purse, ref UsageFrameWriter frame)
    {
        var position = state.PositionOf(identity, purse);
        if (position >= 0)
            return position;
        var cell = new UsageCell { Identity = identity, Number = state.NextCell, Purse = purse };
        frame.NewCell(cell);
        return state.AddCell(cell);
    }
}
