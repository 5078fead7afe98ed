// What can happen to a wallet, as journaled. Nothing else changes it.
namespace OrleansBilling.Billing.Wallets;

/// <summary>One fact, recorded at µs since 1970 UTC. Times and amounts stand in it: replay reads no clock and computes no share.</summary>
public abstract record WalletFact(long RecordedMicros);

/// <summary>A child received a slice.</summary>
public sealed record SliceGranted(long RecordedMicros, string Child, long Number, decimal Amount) : WalletFact(RecordedMicros);

/// <summary>A child told its totals: the newest that are known, not differences. Held is not a total.</summary>
public sealed record ChildSettled(long RecordedMicros, string Child, decimal Returned, decimal Spent, decimal Held, decimal Forced, decimal Refunded = 0)
    : WalletFact(RecordedMicros);

/// <summary>Money or units came in: from outside (From empty), or from another wallet. Given: for nothing, nobody has paid.</summary>
public sealed record CreditAdded(long RecordedMicros, string From, string Reference, decimal Amount, long? ExpiresMicros, string Actor, bool IsGiven = false)
    : WalletFact(RecordedMicros);

/// <summary>Money or units left for another wallet, where they are not known to have arrived. Bought: money for units.</summary>
public sealed record PaidOut(long RecordedMicros, string Reference, string To, decimal Amount, decimal Credited, string Actor, bool Bought = false)
    : WalletFact(RecordedMicros);

/// <summary>Money was paid back to its owner.</summary>
public sealed record Withdrawn(long RecordedMicros, string Reference, decimal Amount, string Actor) : WalletFact(RecordedMicros);

/// <summary>From here on its money stands in the books of an account; what had been paid in until then opens them.</summary>
public sealed record BooksBegan(long RecordedMicros, string Account, decimal Paid) : WalletFact(RecordedMicros);

/// <summary>Entries up to a number are known to stand in the account.</summary>
public sealed record MoneyBooked(long RecordedMicros, long Through) : WalletFact(RecordedMicros);

/// <summary>What was paid out has arrived.</summary>
public sealed record PaymentArrived(long RecordedMicros, string Reference) : WalletFact(RecordedMicros);

/// <summary>The definition's limits, in force from here on.</summary>
public sealed record LimitsSet(long RecordedMicros, decimal CreditLimit, decimal? TemporaryLimit, long UntilMicros, decimal[] LowWater)
    : WalletFact(RecordedMicros);

/// <summary>The temporary limit is over.</summary>
public sealed record TemporaryLimitEnded(long RecordedMicros) : WalletFact(RecordedMicros);

/// <summary>What was left of a credit expired; 0 when it was used.</summary>
public sealed record CreditExpired(long RecordedMicros, long Credit, decimal Amount) : WalletFact(RecordedMicros);

/// <summary>Available fell below these amounts of low_water.</summary>
public sealed record FellBelow(long RecordedMicros, decimal[] Amounts) : WalletFact(RecordedMicros);

/// <summary>What fell below or was reached has been told, up to a crossing.</summary>
public sealed record AlertsTold(long RecordedMicros, long Through) : WalletFact(RecordedMicros);

/// <summary>The definition's daily limit, in force from here on; null: none.</summary>
public sealed record DailyLimitSet(long RecordedMicros, decimal? Limit) : WalletFact(RecordedMicros);

/// <summary>A local day of the wallet's zone: what is told as spent from here on counts for it.</summary>
public sealed record DayBegan(long RecordedMicros, long StartMicros, long EndMicros) : WalletFact(RecordedMicros);

/// <summary>Another daily limit until the day is over.</summary>
public sealed record DailyLimitRaised(long RecordedMicros, string Reference, decimal Limit, string Actor) : WalletFact(RecordedMicros);

/// <summary>What was spent today has reached the daily limit.</summary>
public sealed record DailyLimitReached(long RecordedMicros) : WalletFact(RecordedMicros);

/// <summary>A slice of the wallet around this one arrived.</summary>
public sealed record ParentSliceReceived(long RecordedMicros, long Number, decimal Amount) : WalletFact(RecordedMicros);

/// <summary>Something was given back to the wallet around this one.</summary>
public sealed record ParentSliceReturned(long RecordedMicros, decimal Amount) : WalletFact(RecordedMicros);

/// <summary>A fact of automatic top-ups.</summary>
public abstract record TopUpFact(long RecordedMicros) : WalletFact(RecordedMicros);

/// <summary>The definition's rule, in force from here on; null: none.</summary>
public sealed record TopUpRuleSet(long RecordedMicros, AutoTopUp? Rule) : TopUpFact(RecordedMicros);

/// <summary>Less than <paramref name="Below"/> was available: top-up <paramref name="Number"/> is asked for. The day ends then.</summary>
public sealed record TopUpAsked(long RecordedMicros, long Number, decimal Below, decimal Amount, long DayEndMicros) : TopUpFact(RecordedMicros);

/// <summary>What was asked for is paid in; 0: it was declined.</summary>
public sealed record TopUpEnded(long RecordedMicros, long Number, decimal Amount) : TopUpFact(RecordedMicros);

/// <summary>After a decline requests go on.</summary>
public sealed record TopUpsResumed(long RecordedMicros, string Actor) : TopUpFact(RecordedMicros);
