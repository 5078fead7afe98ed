// Whether the machine gives a process its turn, seen by something that does nothing but want one.
using System.Diagnostics;

namespace OrleansBilling.Cluster.Tests.States;

/// <summary>Wants a turn every few milliseconds and remembers by how much one came late.</summary>
sealed class Witness : IAsyncDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);
    readonly CancellationTokenSource end = new();
    readonly Task watching;
    long latestTicks;

    public Witness() => watching = Watch();

    /// <summary>The longest that a turn was late since this was asked before.</summary>
    public TimeSpan LatestTurn() => TimeSpan.FromTicks(Interlocked.Exchange(ref latestTicks, 0));

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await watching;
        end.Dispose();
    }

    async Task Watch()
    {
        while (!end.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await Task.Delay(Every, end.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            var late = (Stopwatch.GetElapsedTime(asked) - Every).Ticks;
            if (late > Interlocked.Read(ref latestTicks)) Interlocked.Exchange(ref latestTicks, late);
        }
    }
}
