// Wakes the senders of an open loop when their requests are due, to about a millisecond.
using System.Diagnostics;

namespace OrleansBilling.LoadTests.Client;

/// <summary>
/// A thread of its own that waits for the operating system: the runtime's timers read a coarse clock, which on Linux goes on in steps of some
/// milliseconds, and the lateness would be told as the server's.
/// </summary>
sealed class Pacer : IDisposable
{
    readonly PriorityQueue<TaskCompletionSource, long> waiting = new();
    readonly object gate = new();
    readonly Thread thread;
    bool ended;

    public Pacer()
    {
        thread = new Thread(Wake) { IsBackground = true, Name = "pacer", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    /// <summary>Ends at that timestamp of <see cref="Stopwatch"/>; at once when it is over.</summary>
    public Task Until(long due)
    {
        if (due <= Stopwatch.GetTimestamp())
            return Task.CompletedTask;
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue(waiter, due);
            Monitor.Pulse(gate);
        }

        return waiter.Task;
    }

    /// <summary>Who still waits is let go.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.Pulse(gate);
        }

        thread.Join();
    }

    void Wake()
    {
        lock (gate)
        {
            while (!ended)
            {
                if (!waiting.TryPeek(out var next, out var due))
                    Monitor.Wait(gate);
                else if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left)
                    Monitor.Wait(gate, Math.Max(1, (int)left.TotalMilliseconds));
                else
                    waiting.Dequeue().SetResult();
            }

            while (waiting.TryDequeue(out var left, out _))
                left.SetResult();
        }
    }
}
