// The client's own log of one connection: every event with its last answer, and every request with its time.
namespace OrleansBilling.LoadTests.Client;

readonly record struct AnsweredRequest(long CompletedAt, int Micros, int Events);

/// <summary>Written by one connection; read when it has ended.</summary>
sealed class SentLog
{
    const int BlockSize = 1 << 16;
    const int FaultsMax = 20;
    readonly List<SentEvent[]> blocks = [];
    readonly List<string> faults = [];
    int used = BlockSize;

    public List<AnsweredRequest> Requests { get; } = [];

    /// <summary>Answers that are wrong whatever the database holds.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>Events of requests that were refused, or that no answer came to: not in the log until they are settled.</summary>
    public List<SentEvent[]> InDoubt { get; } = [];

    /// <summary>503 and 429 answers that were repeated.</summary>
    public int Retries { get; set; }

    public void Add(ReadOnlySpan<SentEvent> events)
    {
        foreach (ref readonly var one in events)
        {
            if (used == BlockSize)
            {
                blocks.Add(new SentEvent[BlockSize]);
                used = 0;
            }

            blocks[^1][used++] = one;
        }
    }

    public void Fault(string what)
    {
        if (faults.Count < FaultsMax)
            faults.Add(what);
    }

    public IEnumerable<ReadOnlyMemory<SentEvent>> Blocks() =>
        blocks.Select((block, index) => (ReadOnlyMemory<SentEvent>)block.AsMemory(0, index == blocks.Count - 1 ? used : BlockSize));
}
