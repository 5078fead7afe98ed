// The writing side of one activation in a simulation: versions given by the writer, poisoned by the first failure.
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Simulation.Tests.Stores;

/// <summary>One append that waits for its flush.</summary>
internal sealed class WaitingAppend(SimulatedWriter writer, byte[] frames)
{
    public SimulatedWriter Writer => writer;
    public byte[] Frames => frames;
    public TaskCompletionSource<CommittedRow> Durable { get; } = new();
}

internal sealed class SimulatedWriter(Lane lane, long stream, long head) : IStreamWriter
{
    private JournalException? failure;

    public long Stream => stream;
    public long Version { get; private set; } = head;
    public long CommittedVersion { get; private set; } = head;
    public bool HasRoom => lane.HasRoom();
    public bool Poisoned => failure is not null;
    public JournalException? Failure => failure;

    public Task<CommittedRow> Append(ReadOnlyMemory<byte> frames)
    {
        var append = new WaitingAppend(this, frames.ToArray());
        if (failure is { } known && !lane.KeepsNoOrder)
            append.Durable.SetException(known);
        else
            lane.Enqueue(append);
        return append.Durable.Task;
    }

    /// <summary>The version of the row that is gathered now.</summary>
    public long NextVersion() => ++Version;

    /// <summary>Ends a row: durable (null) or failed. The first failure stands for all that follow.</summary>
    public void Complete(IEnumerable<WaitingAppend> appends, JournalException? outcome, CommittedRow row)
    {
        if (outcome is null)
            CommittedVersion = row.Version;
        else
            failure ??= outcome;
        foreach (var append in appends)
        {
            if (outcome is null)
                append.Durable.SetResult(row);
            else
                append.Durable.SetException(failure!);
        }
    }
}
