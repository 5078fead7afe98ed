// Bounds of backfills.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Days that a backfill takes events: ids are kept from its opening on, for <see cref="IdRetention"/>.</summary>
    public const int BackfillOpenDays = 30;

    /// <summary>Backfills that one subscription takes part in, ever: each can be reverted as long as the subscription exists.</summary>
    public const int BackfillsMax = 1_000;

    /// <summary>
    /// Totals (agreement, charge, price version, period, purse) that one backfill touches on one subscription, about: they are taken back in one row.
    /// </summary>
    public const int BackfillPartsMax = 2_000;

    /// <summary>Subscriptions of one backfill.</summary>
    public const int BackfillSubscriptionsMax = 10_000;

    /// <summary>Subscriptions of a backfill that are reverted or asked at the same time.</summary>
    public const int BackfillFanOut = 16;
}
