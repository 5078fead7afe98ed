// When a wallet asks for a top-up, and what becomes of it.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>
/// Pure. The end of the day stands in the fact, so that replay needs neither clock nor zone. Nothing is credited before it is known to be paid.
/// </summary>
public static class TopUpDecider
{
    /// <summary>How the books and the collection port call a request.</summary>
    public static string ReferenceOf(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"top_up:{number}");

    /// <summary>The account at whose collection port a wallet asks; it has named its seller.</summary>
    public static AccountKey AccountOf(Wallet wallet) => new(wallet.Seller!, wallet.Owner, wallet.Currency!);

    /// <summary>Takes over the definition's rule, if it differs: another rule arms again.</summary>
    public static void SetRule(WalletTurn turn, Wallet wallet)
    {
        if (turn.State.TopUps.Rule != wallet.AutoTopUp) turn.Record(new TopUpRuleSet(turn.Recorded, wallet.AutoTopUp));
    }

    /// <summary>The last step of a decision: asks for the next top-up if it is time. The books begin with it, so that the account stays the same.</summary>
    public static void Ask(WalletTurn turn, Wallet wallet, DateTimeZone zone)
    {
        var (state, plan) = (turn.State, turn.State.TopUps);
        if (!plan.Asks(state.Available, turn.Recorded) || wallet.AutoTopUp is null) return;
        PaymentDecider.BeginBooks(turn, AccountOf(wallet).Id);
        turn.Record(new TopUpAsked(turn.Recorded, plan.Numbered + 1, plan.Rule!.Below, plan.Rule.Amount, DayEnd(turn.Recorded, plan, zone)));
    }

    /// <summary>A request was paid or declined; once is enough.</summary>
    public static void End(WalletTurn turn, long number, bool paid)
    {
        if (turn.State.TopUps.Open is { } open && open.Number == number) turn.Record(new TopUpEnded(turn.Recorded, number, paid ? open.Amount : 0));
    }

    /// <summary>Somebody has mended the card: requests go on. Once is enough.</summary>
    public static void Resume(WalletTurn turn, string actor)
    {
        if (turn.State.TopUps.IsDeclined) turn.Record(new TopUpsResumed(turn.Recorded, actor));
    }

    // Another zone: the day that has begun ends first. A night in which clocks go back: the day after.
    private static long DayEnd(long now, TopUpPlan plan, DateTimeZone zone)
    {
        if (now < plan.DayEndMicros) return plan.DayEndMicros;
        var today = LocalDays.At(Micros.Instant(now), zone);
        var end = Micros.Of(LocalDays.StartOf(today.PlusDays(1), zone));
        return end > now ? end : Micros.Of(LocalDays.StartOf(today.PlusDays(2), zone));
    }
}
