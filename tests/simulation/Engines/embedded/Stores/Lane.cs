// A journal lane in a simulation: takes what waits, writes it as rows, tells the waiters; a crash may come between any two of these steps.
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Simulation.Tests.Stores;

/// <summary>One per simulated machine. What it has not written when it dies is lost; what it has written stays, though nobody hears of it.</summary>
internal sealed class Lane(Disk disk, Faults faults, Action<Func<Task>> start)
{
    private List<WaitingAppend> queue = [];
    private bool running;

    /// <summary>The machine has died.</summary>
    public bool Dead { get; set; }

    /// <summary>Streams whose newest writer is here.</summary>
    public HashSet<long> Streams { get; } = [];

    /// <summary>A planted fault.</summary>
    public bool KeepsNoOrder => faults.Defect == Defect.KeepsNoOrder;

    public bool HasRoom() => !faults.Happens(faults.NoRoom);

    public void Enqueue(WaitingAppend append)
    {
        queue.Add(append);
        if (running)
            return;
        running = true;
        start(Run);
    }

    private async Task Run()
    {
        while (queue.Count > 0 && !Dead)
        {
            await faults.Pause();
            var taken = queue;
            queue = [];
            await Flush([.. Gather(taken)]);
        }

        running = false;
    }

    // One row for all appends of a writer, in key order.
    private IEnumerable<Row> Gather(List<WaitingAppend> taken)
    {
        foreach (var of in taken.GroupBy(append => append.Writer).OrderBy(group => group.Key.Stream).ThenBy(group => group.Key.CommittedVersion))
        {
            if (of.Key.Failure is { } failure && faults.Defect != Defect.KeepsNoOrder)
                of.Key.Complete(of, failure, default);
            else
                yield return new Row(of.Key, of.Key.NextVersion(), [.. of]);
        }
    }

    private async Task Flush(Row[] rows)
    {
        var failure = faults.NextFlush();
        var written = failure?.Failure switch
        {
            JournalFailure.Unavailable => 0,
            JournalFailure.Unknown => faults.Choose(rows.Length + 1),
            _ => rows.Length,
        };
        for (var at = 0; at < written; at++)
        {
            var row = rows[at];
            if (faults.Defect == Defect.NoFence)
                disk.Rows.Remove((row.Writer.Stream, row.Version));
            if (faults.Defect == Defect.ForgetsRows && faults.Choose(20) == 0)
                continue;
            row.Lost = !disk.TryAdd(row.Writer.Stream, row.Version, [.. row.Appends.SelectMany(append => append.Frames)], out var checksum);
            row.Checksum = checksum;
            if (faults.Choose(4) == 0)
                await Task.Yield();
            if (Dead)
                return;
        }

        await faults.Pause();
        if (Dead)
            return;
        foreach (var row in rows)
            row.Writer.Complete(row.Appends, failure ?? (row.Lost ? Conflict(row) : null), new CommittedRow(row.Version, row.Checksum));
    }

    private static JournalException Conflict(Row row) =>
        new(JournalFailure.Conflict, $"Version {row.Version} of stream {row.Writer.Stream} was written by another activation.");

    private sealed class Row(SimulatedWriter writer, long version, WaitingAppend[] appends)
    {
        public SimulatedWriter Writer => writer;
        public long Version => version;
        public WaitingAppend[] Appends => appends;
        public bool Lost { get; set; }
        public ulong Checksum { get; set; }
    }
}
