// What one event costs on every leg and which purses pay for it: priced first, checked, then applied as a whole or not at all.
using System.Text;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Usage;

/// <summary>Used again for every event of a batch: <see cref="Price"/>, then <see cref="Shortage"/>, then <see cref="Apply"/>, in one turn.</summary>
internal sealed class EventCharge(SubscriptionState state, SubscriptionTerms terms)
{
    private readonly Rated[] rated = new Rated[terms.Legs.Count];
    private readonly decimal[] amounts = new decimal[terms.Legs.Count];
    private readonly decimal[] draws = terms.IsFunded ? new decimal[terms.Legs.Count] : [];

    /// <summary>Exact amounts, in the order of the legs.</summary>
    public ReadOnlySpan<decimal> Amounts => amounts;

    /// <summary>What each leg takes from its purse; empty when nothing is funded.</summary>
    public ReadOnlySpan<decimal> Draws => draws;

    /// <summary>Finds period, charge and amount on every leg. An overflow refuses the event; nothing has changed then.</summary>
    public UsageOutcome Price(scoped in UsageRecord record)
    {
        for (var leg = 0; leg < rated.Length; leg++)
        {
            if (!terms.Legs[leg].TryRate(record, out rated[leg]))
                return terms.KnownMeters.Contains(Encoding.UTF8.GetString(record.Meter)) ? UsageOutcome.NoPrice : UsageOutcome.UnknownMeter;
        }

        try
        {
            for (var leg = 0; leg < rated.Length; leg++)
            {
                if (!TryAmount(rated[leg], state.PositionOf(rated[leg].Identity, PurseOf(leg)?.Number ?? 0), out amounts[leg]))
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
        Span<int> positions = stackalloc int[rated.Length];
        for (var leg = 0; leg < rated.Length; leg++)
            positions[leg] = CellFor(leg, ref frame);
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
        var charged = new LegAmount[rated.Length];
        for (var leg = 0; leg < rated.Length; leg++)
            charged[leg] = new LegAmount(state.CellAt(CellFor(leg, ref frame)).Number, rated[leg].Quantity, amounts[leg]);
        frame.Event(correction);
        CorrectionDecider.TakeBack(state, standing, ref frame);
        foreach (var leg in charged)
        {
            state.Count(leg);
            frame.Leg(leg.Cell, leg.Quantity, leg.Amount);
        }

        return charged;
    }

    /// <summary>What a hold of the event keeps, by purse; all of it is covered.</summary>
    public HoldPart[] Parts() => [.. ByPurse().Where(part => part.Amount > 0)];

    /// <summary>What the purses do not cover, by purse. A wallet that was never drawn from has no purse: the caller receives a slice first.</summary>
    public HoldPart[] Uncovered() => [.. ByPurse().Select(part => part with { Amount = part.Amount - state.PurseAt(part.Purse).Available })
        .Where(part => part.Amount > 0)];

    private IEnumerable<HoldPart> ByPurse() => Enumerable.Range(0, draws.Length).Where(leg => PurseOf(leg) is not null)
        .GroupBy(leg => PurseOf(leg)!.Number, (number, legs) => new HoldPart(number, legs.Sum(leg => draws[leg])));

    private Purse? PurseOf(int leg) => terms.FundingOf(leg) is { } funding ? state.PurseOf(funding.Wallet) : null;

    private bool TryDraw(LegFunding funding, int leg)
    {
        draws[leg] = funding.UnitMeters is null ? amounts[leg] : rated[leg].Quantity;
        return funding.UnitMeters?.Contains(rated[leg].Identity.Meter) ?? true;
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

    // Without included units the cell's own units tell how far the total has come; with them, all price versions count together.
    private bool TryAmount(in Rated on, int position, out decimal amount)
    {
        var (ownQuantity, ownAmount) = position < 0 ? (0, 0) : (state.CellAt(position).Quantity, state.CellAt(position).Amount);
        amount = UsagePrice.Amount(on.Charge, on.Charge.Included == 0 ? ownQuantity : state.UsedOf(on.Identity), on.Quantity);
        return ownQuantity + on.Quantity <= Limits.CellTotalMax && ownAmount + amount <= Limits.CellTotalMax;
    }

    private int CellFor(int leg, ref UsageFrameWriter frame)
    {
        var purse = PurseOf(leg)?.Number ?? 0;
        var position = state.PositionOf(rated[leg].Identity, purse);
        if (position >= 0)
            return position;
        var cell = new UsageCell { Identity = rated[leg].Identity, Number = state.NextCell, Purse = purse };
        frame.NewCell(cell);
        return state.AddCell(cell);
    }
}
