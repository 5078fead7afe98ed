// Money in, money to other wallets, and the limits.
using NodaTime;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>How a command was decided.</summary>
public enum PaymentOutcome
{
    /// <summary>Recorded, now or before.</summary>
    Done,
    /// <summary>The reference stands for something else.</summary>
    Conflict,
    /// <summary>Too little is available.</summary>
    Insufficient,
    /// <summary>Its end lies in the past.</summary>
    Expired,
    /// <summary>Too many credits with an end are running.</summary>
    TooMany,
}

/// <summary>Commands are told apart by reference: the same again changes nothing.</summary>
public static class PaymentDecider
{
    /// <summary>A payment into the wallet; from another wallet when <paramref name="from"/> is not empty.</summary>
    public static PaymentOutcome Credit(WalletTurn turn, string from, string reference, decimal amount, long? expiresMicros, string actor)
    {
        if (turn.State.Commands.Find(from, reference) is { } known)
            return Same(known, new CommandBody(amount, amount, "", expiresMicros));
        if (expiresMicros <= turn.Recorded)
            return PaymentOutcome.Expired;
        if (expiresMicros is not null && turn.State.Lots.Lots.Count > Limits.WalletExpiringMax)
            return PaymentOutcome.TooMany;
        turn.Record(new CreditAdded(turn.Recorded, from, reference, amount, expiresMicros, actor));
        return PaymentOutcome.Done;
    }

    /// <summary>A payment to another wallet: it leaves here, and is pending until it is known to have arrived there.</summary>
    public static PaymentOutcome PayOut(WalletTurn turn, string reference, string to, decimal amount, decimal credited, string actor)
    {
        if (turn.State.Commands.Find("", reference) is { } known)
            return Same(known, new CommandBody(amount, credited, to, null));
        // A pending one outlives the newest references.
        if (turn.State.Transfers.ContainsKey(reference))
            return PaymentOutcome.Conflict;
        if (amount > turn.State.Available)
            return PaymentOutcome.Insufficient;
        turn.Record(new PaidOut(turn.Recorded, reference, to, amount, credited, actor));
        return PaymentOutcome.Done;
    }

    /// <summary>A pending payment has arrived; once is enough.</summary>
    public static void Arrived(WalletTurn turn, string reference)
    {
        if (turn.State.Transfers.ContainsKey(reference)) turn.Record(new PaymentArrived(turn.Recorded, reference));
    }

    /// <summary>Takes over the limits of the definition, if they differ. Answers whether the limit in force rose.</summary>
    public static bool SetLimits(WalletTurn turn, Wallet wallet)
    {
        var (state, before) = (turn.State, turn.State.Limit);
        var temporary = wallet.TemporaryLimit is { } given && Micros.Of(given.Until) > turn.Recorded ? given : null;
        var until = temporary is null ? 0 : Micros.Of(temporary.Until);
        var same = state.UsualLimit == wallet.CreditLimit && state.TemporaryLimit == temporary?.Amount
            && (temporary is null || state.TemporaryUntilMicros == until) && state.LowWater.AsSpan().SequenceEqual(wallet.LowWater);
        if (!same) turn.Record(new LimitsSet(turn.Recorded, wallet.CreditLimit, temporary?.Amount, until, wallet.LowWater));
        return state.Limit > before;
    }

    private static PaymentOutcome Same(CommandBody known, CommandBody told) => known == told ? PaymentOutcome.Done : PaymentOutcome.Conflict;
}
