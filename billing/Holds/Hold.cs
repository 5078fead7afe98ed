// A two-phase reservation of a subscription: held, then captured, released or expired.
namespace OrleansBilling.Billing.Usage;

/// <summary>Where a hold stands (domain 2.3). Journaled: never renumber.</summary>
public enum HoldState : byte
{
    /// <summary>Money is reserved.</summary>
    Held = 1,
    /// <summary>Used, wholly or in part; the rest went back.</summary>
    Captured = 2,
    /// <summary>Given up by the caller.</summary>
    Released = 3,
    /// <summary>Given up by time.</summary>
    Expired = 4,
    /// <summary>Expired, and captured later with the proof that it was used in time. Counted apart: it may pass the floor.</summary>
    LateCaptured = 5,
}

/// <summary>What a hold keeps of a purse, by the purse's number; or units of a grant, by its number (the other number is 0).</summary>
public readonly record struct HoldPart(int Purse, decimal Amount, int Grant = 0);

/// <summary>One hold. The id is the caller's.</summary>
public sealed class Hold
{
    /// <summary>Chosen by the caller.</summary>
    public required string Id { get; init; }
    /// <summary>Of the request, to tell a repeat from another request with the same id.</summary>
    public required uint BodyHash { get; init; }
    /// <summary>The event that will be counted if all of it is used (content of a <see cref="UsageRecord"/>).</summary>
    public required byte[] Record { get; init; }
    /// <summary>When it was placed, µs.</summary>
    public required long PlacedMicros { get; init; }
    /// <summary>When it ends by itself, µs.</summary>
    public required long ExpiresMicros { get; init; }
    /// <summary>Amount on the leg that funds the subscription (else the first), as priced when it was placed.</summary>
    public required decimal Amount { get; init; }
    /// <summary>What it keeps.</summary>
    public required HoldPart[] Parts { get; init; }
    /// <summary>Where it stands.</summary>
    public HoldState State { get; internal set; } = HoldState.Held;
    /// <summary>When it ended, µs; 0 while held.</summary>
    public long EndedMicros { get; internal set; }
    /// <summary>Units captured.</summary>
    public decimal CapturedQuantity { get; internal set; }
    /// <summary>Amount captured on the leg that <see cref="Amount"/> is of.</summary>
    public decimal CapturedAmount { get; internal set; }

    /// <summary>Units held.</summary>
    public decimal Quantity => UsageRecord.Of(Record).Quantity;
}

/// <summary>The holds of a subscription: those that live, and those that ended not long ago, for callers who ask again.</summary>
public sealed class HoldBook
{
    private Dictionary<string, Hold>? byId;
    private int live;

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyCollection<Hold> All => byId is null ? [] : byId.Values;

    /// <summary>How many are held.</summary>
    public int Live => live;

    /// <summary>No live hold expires before this, µs.</summary>
    public long NextExpiryMicros { get; private set; } = long.MaxValue;

    /// <summary>By id, or null.</summary>
    public Hold? Find(string id) => byId?.GetValueOrDefault(id);

    internal void Add(Hold hold)
    {
        if (!(byId ??= new Dictionary<string, Hold>(StringComparer.Ordinal)).TryAdd(hold.Id, hold))
            throw new PackedFormatException($"hold \"{hold.Id}\" was placed twice");
        if (hold.State != HoldState.Held)
            return;
        live++;
        NextExpiryMicros = Math.Min(NextExpiryMicros, hold.ExpiresMicros);
    }

    internal void End(Hold hold, HoldState state, long endedMicros)
    {
        if (hold.State == HoldState.Held)
            live--;
        (hold.State, hold.EndedMicros) = (state, endedMicros);
    }

    /// <summary>Those that are over at an instant, soonest first.</summary>
    internal IReadOnlyList<Hold> Due(long nowMicros)
    {
        if (nowMicros < NextExpiryMicros || byId is null)
            return [];
        var living = byId.Values.Where(hold => hold.State == HoldState.Held).ToList();
        var due = living.Where(hold => hold.ExpiresMicros <= nowMicros).OrderBy(hold => hold.ExpiresMicros)
            .ThenBy(hold => hold.Id, StringComparer.Ordinal).ToList();
        NextExpiryMicros = living.Where(hold => hold.ExpiresMicros > nowMicros).Select(hold => hold.ExpiresMicros).DefaultIfEmpty(long.MaxValue).Min();
        return due;
    }

    /// <summary>Forgets those that ended before an instant, once there are many: nobody asks for them any more.</summary>
    internal void Forget(long endedBeforeMicros)
    {
        if (byId is null || byId.Count - live < Limits.EndedHoldsKept)
            return;
        foreach (var (id, hold) in byId)
        {
            if (hold.State != HoldState.Held && hold.EndedMicros < endedBeforeMicros)
                byId.Remove(id);
        }
    }
}
