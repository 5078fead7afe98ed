// Bounds of what can happen to one subscription.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Commands that one subscription takes in its life: they all stand in its definition.</summary>
    public const int SubscriptionChangesMax = 500;

    /// <summary>Periods of a fee that are paid for at once.</summary>
    public const int PrepaidPeriodsMax = 36;

    /// <summary>Days back for which a look finds fees that wallets have not paid: longer than any period of a fee, after which all its days are lost.</summary>
    public const int FundedFeeDays = 370;

    /// <summary>Days after which fees that wallets pay are looked at again, though none is due: parties may have been suspended meanwhile.</summary>
    public const int FundedFeeLookDays = 7;

    /// <summary>Days for which it is remembered that a fee was paid, counted from its last day back from that of the newest one.</summary>
    public const int PaidFeeDays = 800;

    /// <summary>Subscriptions for which a wallet remembers that they wait for money; the others find it within a day.</summary>
    public const int WaitingForMoneyMax = 10_000;
}
