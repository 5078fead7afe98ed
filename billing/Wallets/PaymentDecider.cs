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
    public static PaymentOutcome Credit(WalletTurn turn, string from, string reference, decimal amount, long? expiresMicros, string actor,
        bool isGiven = false)
    {
        if (turn.State.Commands.Find(from, reference) is { } known)
            return Same(known, CommandBody.OfCredit(amount, expiresMicros, isGiven));
        if (expiresMicros <= turn.Recorded)
            return PaymentOutcome.Expired;
        if (expiresMicros is not null && turn.State.Lots.Lots.Count > Limits.WalletExpiringMax)
            return PaymentOutcome.TooMany;
        turn.Record(new CreditAdded(turn.Recorded, from, reference, amount, expiresMicros, actor, isGiven));
        return PaymentOutcome.Done;
    }

    /// <summary>A payment to another wallet: it leaves here, and is pending until it is known to have arrived there.</summary>
    public static PaymentOutcome PayOut(WalletTurn turn, string reference, string to, decimal amount, decimal credited, string actor, bool bought = false)
    {
        if (turn.State.Commands.Find("", reference) is { } known)
            return Same(known, new CommandBody(amount, credited, to, null));
        // A pending one outlives the newest references.
        if (turn.State.Transfers.ContainsKey(reference))
            return PaymentOutcome.Conflict;
        if (amount > turn.State.Available)
            return PaymentOutcome.Insufficient;
        turn.Record(new PaidOut(turn.Recorded, reference, to, amount, credited, actor, bought));
        return PaymentOutcome.Done;
    }

    /// <summary>Money back to its owner: what was paid in and is with no child, never the limit's.</summary>
    public static PaymentOutcome Withdraw(WalletTurn turn, string reference, decimal amount, string actor)
    {
        if (turn.State.Commands.Find("", reference) is { } known)
            return Same(known, CommandBody.OfWithdrawal(amount));
        if (amount > turn.State.Lots.Balance)
            return PaymentOutcome.Insufficient;
        turn.Record(new Withdrawn(turn.Recorded, reference, amount, actor));
        return PaymentOutcome.Done;
    }

    /// <summary>The books begin with what was paid in until now, unless they have begun; a wallet inside another one is in none.</summary>
    public static void BeginBooks(WalletTurn turn, string? account)
    {
        if (account is not null && turn.State.Books.Account is null && turn.State.Purse is null)
            turn.Record(new BooksBegan(turn.Recorded, account, turn.State.Paid));
    }

    /// <summary>Entries up to a number stand in the account.</summary>
    public static void Booked(WalletTurn turn, long through)
    {
        if (turn.State.Books.Unbooked is [var first, ..] && first.Number <= through) turn.Record(new MoneyBooked(turn.Recorded, through));
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
