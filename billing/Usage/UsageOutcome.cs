// How one event ended; the closed set that the API spells out.
namespace OrleansBilling.Billing.Usage;

/// <summary>Outcome of one event. The numbers travel in messages: never renumber.</summary>
public enum UsageOutcome : byte
{
    /// <summary>Counted, priced and journaled.</summary>
    Accepted = 0,
    /// <summary>The same event was accepted before.</summary>
    Duplicate = 1,
    /// <summary>The same id was accepted with another body.</summary>
    Conflict = 2,
    /// <summary>No such subscription.</summary>
    UnknownSubscription = 3,
    /// <summary>The event's time lies outside the subscription's service.</summary>
    SubscriptionNotActive = 4,
    /// <summary>No such meter.</summary>
    UnknownMeter = 5,
    /// <summary>A leg has no price for it. Never charged as 0.</summary>
    NoPrice = 6,
    /// <summary>Older than the lateness window.</summary>
    TooLate = 7,
    /// <summary>Ahead of our clock by more than the tolerance.</summary>
    InTheFuture = 8,
    /// <summary>Not decided, or maybe written: send it again with the same id.</summary>
    Unknown = 9,
    /// <summary>The amount has more digits than money can hold.</summary>
    InvalidEvent = 10,
    /// <summary>The wallet that funds the subscription has too little.</summary>
    InsufficientFunds = 11,
    /// <summary>A wallet further up has too little: of another buyer, or one that the funding wallet lies in.</summary>
    UpstreamCredit = 12,
    /// <summary>The subscription's packages do not cover it, and the newest of them allows no overage, or no more.</summary>
    InsufficientAllowance = 13,
    /// <summary>The backfill takes no more events.</summary>
    BackfillClosed = 14,
    /// <summary>Of a backfill: not older than the lateness window, so it is usage.</summary>
    TooRecent = 15,
    /// <summary>The subscription has too many backfills, or this one touches too many of its totals.</summary>
    BackfillFull = 16,
    /// <summary>A partner above the subscription's customer is suspended, disabled, blocked or terminated.</summary>
    PartnerSuspended = 17,
    /// <summary>Service stands still at the event's time, since a wallet cannot pay a fee.</summary>
    Unfunded = 18,
    /// <summary>The subscription remembers as many different readings as it may.</summary>
    TooManyReadings = 21,
}
