// Slices: how much a child gets, and what it may say that it did with it.
namespace OrleansBilling.Billing.Wallets;

/// <summary>How a request for a slice was decided.</summary>
public enum SliceOutcome
{
    /// <summary>The slice is recorded, now or before.</summary>
    Granted,
    /// <summary>This wallet has too little.</summary>
    Short,
    /// <summary>This wallet has enough, but its purse of the wallet around it has not: draw there first.</summary>
    ParentFirst,
    /// <summary>It depends on what the child has spent, which it must tell first.</summary>
    TellFirst,
    /// <summary>As much is spent today as may be.</summary>
    DailyShort,
    /// <summary>The child has received later slices: a message that came too late, or an activation that does not know what another one did.</summary>
    Old,
}

/// <summary>The amount of a granted slice; or how much the wallet around must give, and how much it should.</summary>
public readonly record struct SliceDecision(SliceOutcome Outcome, decimal Amount = 0, decimal Wanted = 0);

/// <summary>What a child asks for. Needed: less is of no use. Wanted: at least that. Told: its totals were taken just before.</summary>
public readonly record struct SliceRequest(string Child, long Number, decimal Needed, decimal Wanted, bool Told = false);

/// <summary>What a child tells: totals since ever, and what its holds reserve now.</summary>
public readonly record struct ChildTotals(string Child, long Number, decimal Received, decimal Returned, decimal Spent, decimal Held, decimal Forced,
    decimal Refunded = 0);

/// <summary>Pure decisions about slices; what they record is covered, always.</summary>
public static class SliceDecider
{
    private const int ShareOfAvailable = 16;
    private const int SharePlaces = 4;
    // A first slice serves so many requests like the one that asks for it; each later one is so much larger than the one before.
    private const int FirstSlice = 16;
    private const int NextSlice = 2;

    /// <summary>
    /// Decides about a slice. Tight: exactly what is wanted, after a recall. ParentShort: the wallet around has just refused. Throws on a number
    /// that follows nothing (a bug or damage).
    /// </summary>
    public static SliceDecision Grant(WalletTurn turn, Wallet wallet, SliceRequest request, bool tight, bool parentShort)
    {
        var state = turn.State;
        var last = state.Children.TryGetValue(request.Child, out var account) ? account.Number : 0;
        if (request.Number == last && last > 0)
            return new SliceDecision(SliceOutcome.Granted, account!.LastAmount);
        if (request.Number < last)
            return new SliceDecision(SliceOutcome.Old);
        if (request.Number != last + 1)
            throw new InvalidOperationException($"{request.Child} asks for slice {request.Number}, but the newest one that it was given is {last}.");
        if (request.Needed <= 0 || request.Wanted < request.Needed)
            throw new ArgumentOutOfRangeException(nameof(request), $"{request.Child} needs {request.Needed} and wants {request.Wanted}.");
        var available = state.Available;
        if (available < request.Needed)
            return new SliceDecision(SliceOutcome.Short);
        var amount = Math.Min(tight ? request.Wanted : Math.Max(request.Wanted, Share(wallet, state, account, request.Wanted)), available);
        if (DailyDecider.Uncommitted(state) is var uncommitted && uncommitted >= request.Needed)
            amount = Math.Min(amount, uncommitted);
        else if (!request.Told)
            return new SliceDecision(SliceOutcome.TellFirst);
        else if (!DailyDecider.Admits(state, request.Child))
            return new SliceDecision(SliceOutcome.DailyShort);
        else
            amount = request.Needed;
        if (state.Purse is { } purse && purse.Available < amount)
        {
            var covered = purse.Available;
            if (covered < request.Needed && parentShort)
                return new SliceDecision(SliceOutcome.Short);
            if (covered < request.Wanted && !parentShort)
            {
                var needed = Math.Min(request.Needed > covered ? request.Needed : request.Wanted, amount) - covered;
                if (needed > 0)
                    return new SliceDecision(SliceOutcome.ParentFirst, needed, Math.Max(needed, Math.Min(request.Wanted, amount) - covered));
            }

            amount = Math.Min(amount, covered);
        }

        turn.Record(new SliceGranted(turn.Recorded, request.Child, request.Number, amount));
        return new SliceDecision(SliceOutcome.Granted, amount);
    }

    /// <summary>
    /// Takes what a child told: of what is known and what is told, the larger total. Answers whether anything was new. Throws when it says what
    /// cannot be (more given back or spent than it was given).
    /// </summary>
    public static bool Settle(WalletTurn turn, in ChildTotals told)
    {
        // What was refunded was spent before: with it, what is spent never falls, and the larger total is the newer one.
        var (child, returned, held, forced, refunded, ever) = (told.Child, told.Returned, told.Held, told.Forced, told.Refunded, told.Spent + told.Refunded);
        if (!turn.State.Children.TryGetValue(child, out var known))
            return told is { Number: 0, Received: 0, Returned: 0, Spent: 0, Forced: 0, Refunded: 0 } ? false
                : throw new InvalidOperationException($"{child} settles, but was never given a slice.");
        if (told.Number > known.Number || (told.Number == known.Number && told.Received != known.Granted) || told.Received > known.Granted)
            throw new InvalidOperationException(
                $"{child} was given {known.Granted} in {known.Number} slices, but says that it received {told.Received} in {told.Number}.");
        if (returned < 0 || held < 0 || forced < 0 || refunded < 0 || told.Spent < 0 || ever < forced || forced > Limits.CellTotalMax
            || returned + told.Spent > known.Granted + forced)
            throw new InvalidOperationException($"{child} was given {known.Granted}, but says {told}.");
        var knownEver = known.Spent + known.Refunded;
        var newer = returned > known.Returned || ever > knownEver || forced > known.Forced || refunded > known.Refunded;
        var older = returned < known.Returned || ever < knownEver || forced < known.Forced || refunded < known.Refunded;
        if (!newer && (older || held == known.Held))
            return false;
        var (mostReturned, mostEver, mostForced) = (Math.Max(returned, known.Returned), Math.Max(ever, knownEver), Math.Max(forced, known.Forced));
        // Nothing is plain 0: journaled it is left out, and what is replayed must be the same to the last byte.
        var mostRefunded = Math.Max(refunded, known.Refunded) is > 0 and var some ? some : 0;
        if (mostEver - mostForced < knownEver - known.Forced || mostReturned + mostEver > known.Granted + mostForced + mostRefunded)
            throw new InvalidOperationException($"{child} says {told}; it said spent {known.Spent}, forced {known.Forced} before.");
        turn.Record(new ChildSettled(turn.Recorded, child, mostReturned, mostEver - mostRefunded, held, mostForced, mostRefunded));
        return true;
    }

    /// <summary>
    /// Whether a recall may bring enough for a child that asks: what the others may still hold, as far as they have told. ParentShort: it must also
    /// cover what the wallet around does not.
    /// </summary>
    public static bool RecallHelps(WalletState state, string child, decimal needed, bool parentShort)
    {
        var others = state.Out - (state.Children.TryGetValue(child, out var own) ? own.Out : 0);
        return others > 0 && state.Available + others >= needed && (!parentShort || state.Purse!.Available + others >= needed);
    }

    // Large enough that asking is rare, small enough that no child strands much: it grows with what the child uses, and all children together are
    // left about half of what is there, however many they are.
    private static decimal Share(Wallet wallet, WalletState state, ChildAccount? account, decimal wanted)
    {
        var size = wallet.SliceMax ?? Math.Max(wanted * FirstSlice, (account?.LastAmount ?? 0) * NextSlice);
        var share = Math.Min(size, state.Available / Math.Max(ShareOfAvailable, state.Children.Count * 2));
        return Money.Rounding.ToCurrency(share, wallet.Unit is null ? SharePlaces : 0, Money.RoundingMode.TowardZero);
    }
}
