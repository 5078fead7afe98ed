// One event as the client remembers it: 32 bytes, enough to make it again byte by byte and to know it in the journal.
namespace OrleansBilling.LoadTests.Client;

/// <summary>What the server has said about an event.</summary>
enum Verdict : byte
{
    Unanswered,
    Accepted,
    Duplicate,
    Conflict,
    Rejected,
    Unknown,
}

struct SentEvent
{
    public ulong IdHigh;
    public ulong IdLow;
    public long TimeMillis;
    public int Subscription;
    public byte Quantity;
    public byte Country;
    /// <summary>Sent on purpose although it was taken before.</summary>
    public bool Repeat;
    public Verdict Verdict;
}
