// Days, limits and admission of a daily spending plan.
using NodaTime;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>Pure; days are recorded as facts, so that replay needs neither clock nor zone.</summary>
public static class DailyDecider
{
    /// <summary>Begins of names of children that are wallets: what those hold, their own children may have spent.</summary>
    private const string InnerWallet = "wallet/";

    /// <summary>Takes over the definition's limit and begins the day that it is now, if they differ from what is known.</summary>
    public static void Begin(WalletTurn turn, Wallet wallet, DateTimeZone zone)
    {
        var plan = turn.State.Daily;
        if (plan.Usual != wallet.DailyLimit) turn.Record(new DailyLimitSet(turn.Recorded, wallet.DailyLimit));
        if (plan.Usual is null || turn.Recorded < plan.EndMicros) return;
        var today = LocalDays.At(Micros.Instant(turn.Recorded), zone);
        // Another zone, or a night in which clocks go back: days never overlap.
        var start = Math.Max(Micros.Of(LocalDays.StartOf(today, zone)), plan.EndMicros);
        var end = Micros.Of(LocalDays.StartOf(today.PlusDays(1), zone));
        if (end <= turn.Recorded) end = Micros.Of(LocalDays.StartOf(today.PlusDays(2), zone));
        turn.Record(new DayBegan(turn.Recorded, start, end));
    }

    /// <summary>Another limit for today.</summary>
    public static PaymentOutcome Raise(WalletTurn turn, string reference, decimal limit, string actor)
    {
        if (turn.State.Commands.Find("", reference) is { } known)
            return known == CommandBody.OfLimit(limit) ? PaymentOutcome.Done : PaymentOutcome.Conflict;
        if (turn.State.Transfers.ContainsKey(reference) || turn.State.Daily.Usual is null)
            return PaymentOutcome.Conflict;
        turn.Record(new DailyLimitRaised(turn.Recorded, reference, limit, actor));
        return PaymentOutcome.Done;
    }

    /// <summary>
    /// How much may be handed out whatever becomes of it: with everything that is out it stays within the limit. Without a plan, anything.
    /// </summary>
    public static decimal Uncommitted(WalletState state) =>
        state.Daily.Limit is { } limit ? limit - state.Daily.SpentOf(state.Spent) - state.Out : decimal.MaxValue;

    /// <summary>Whether others may tell that they have spent less than they hold, and that would be enough.</summary>
    public static bool RecallHelps(WalletState state, string child) => state.Daily.Limit is { } limit && state.Daily.SpentOf(state.Spent) < limit
        && state.Children.Any(other => other.Key != child && other.Value.Out > 0);

    /// <summary>
    /// Whether a child that has just told its totals may have what one more event needs: less than the limit is spent, and stays so whatever others do
    /// with what they hold. What holds reserve is ignored, and so is what the child itself has: it is too little for the event.
    /// </summary>
    public static bool Admits(WalletState state, string child)
    {
        if (state.Daily.Limit is not { } limit)
            return true;
        var spendable = state.Children.Sum(other => other.Key.StartsWith(InnerWallet, StringComparison.Ordinal) ? other.Value.Out
            : other.Key == child ? 0
            : Math.Max(0, other.Value.Out - other.Value.Held));
        return state.Daily.SpentOf(state.Spent) + spendable < limit;
    }
}
