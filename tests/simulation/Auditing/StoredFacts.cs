// What can stand in the journal, as the auditor reads it.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>One fact, recorded at µs since 1970.</summary>
public abstract record StoredFact(long Recorded);

/// <summary>A running total begins: paid for from a purse (0: invoiced).</summary>
public sealed record CellOpened(long Recorded, int Number, int Purse, string Agreement, string Charge, string Meter, string Period) : StoredFact(Recorded);

/// <summary>
/// What an event is charged on one leg, or on a part of it: of units that a grant pays for (0: none), and of the leg of the part before. AmountAt:
/// where the amount's bytes begin in the payload.
/// </summary>
public sealed record StoredLeg(int Cell, decimal Quantity, decimal Amount, int AmountAt, int Grant = 0, bool IsFurther = false);

/// <summary>
/// What an event of the correction source says: which event, how many legs it takes back, the new quantity, the state of a delivery report, or the price per
/// unit on an agreement.
/// </summary>
public sealed record StoredCorrection(string Source, string Id, int Reversed, decimal? Quantity, string? Delivery, (string Agreement, decimal Unit)? Price = null);

/// <summary>A usage event, a correction of one, or an entry that takes back what a backfill came to.</summary>
public sealed record EventCounted(long Recorded, SentEvent Event, IReadOnlyList<StoredLeg> Legs, StoredCorrection? Corrects, string? Reverts = null) : StoredFact(Recorded);

/// <summary>A subscription received a slice.</summary>
public sealed record SliceReceived(long Recorded, string Wallet, bool CountsUnits, long Number, decimal Amount) : StoredFact(Recorded);

/// <summary>A subscription gave back.</summary>
public sealed record SliceReturned(long Recorded, int Purse, decimal Amount) : StoredFact(Recorded);

/// <summary>A subscription took by force what it had not received.</summary>
public sealed record SliceForced(long Recorded, int Purse, decimal Amount) : StoredFact(Recorded);

/// <summary>A fee was paid from a purse for some days (days since 1970), or given back.</summary>
public sealed record FeePaid(long Recorded, string Agreement, string Charge, long From, long To, int Purse, decimal Amount) : StoredFact(Recorded);

/// <summary>A package was granted; its price is counted in a total (null: free).</summary>
public sealed record PackageGranted(long Recorded, int Number, string Id, string Agreement, string Meter, decimal Quantity, decimal Price, CellOpened? Priced) : StoredFact(Recorded);

/// <summary>A hold was placed; parts by purse, or of units by grant.</summary>
public sealed record HoldPlaced(long Recorded, string Id, SentEvent Event, long Expires, decimal Amount, IReadOnlyList<(int Purse, decimal Amount, int Grant)> Parts) : StoredFact(Recorded);

/// <summary>A hold ended: 2 captured, 3 released, 4 expired, 5 captured late; what was forced, by purse.</summary>
public sealed record HoldEnded(long Recorded, string Id, int How, decimal Quantity, decimal Amount, IReadOnlyList<(int Purse, decimal Amount, int Grant)> Forced) : StoredFact(Recorded);

/// <summary>A wallet handed a slice to a child.</summary>
public sealed record SliceGranted(long Recorded, string Child, long Number, decimal Amount) : StoredFact(Recorded);

/// <summary>A wallet took over a child's totals.</summary>
public sealed record ChildSettled(long Recorded, string Child, decimal Returned, decimal Spent, decimal Held, decimal Forced, decimal Refunded) : StoredFact(Recorded);

/// <summary>Money came in.</summary>
public sealed record CreditAdded(long Recorded, string From, string Reference, decimal Amount, long? Expires) : StoredFact(Recorded);

/// <summary>Money left for another wallet.</summary>
public sealed record PaidOut(long Recorded, string Reference, string To, decimal Amount, decimal Credited) : StoredFact(Recorded);

/// <summary>It arrived there.</summary>
public sealed record PaymentArrived(long Recorded, string Reference) : StoredFact(Recorded);

/// <summary>Limits from here on; until is 0 without a temporary one.</summary>
public sealed record LimitsSet(long Recorded, decimal Limit, decimal? Temporary, long Until) : StoredFact(Recorded);

/// <summary>The temporary limit is over.</summary>
public sealed record TemporaryEnded(long Recorded) : StoredFact(Recorded);

/// <summary>The daily limit from here on; null: none.</summary>
public sealed record DailyLimitSet(long Recorded, decimal? Limit) : StoredFact(Recorded);

/// <summary>A day of the daily limit, µs.</summary>
public sealed record DayBegan(long Recorded, long Start, long End) : StoredFact(Recorded);

/// <summary>What was left of a credit expired.</summary>
public sealed record CreditExpired(long Recorded, long Credit, decimal Amount) : StoredFact(Recorded);

/// <summary>A wallet received a slice of the wallet around it.</summary>
public sealed record ParentReceived(long Recorded, long Number, decimal Amount) : StoredFact(Recorded);

/// <summary>A wallet gave back to the wallet around it.</summary>
public sealed record ParentReturned(long Recorded, decimal Amount) : StoredFact(Recorded);

/// <summary>Nothing that money depends on.</summary>
public sealed record Remark(long Recorded) : StoredFact(Recorded);
