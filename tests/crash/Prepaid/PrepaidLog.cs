// The log of clients that work at the same time, as the simulator's auditor reads it.
using OrleansBilling.Simulation.Tests.Log;
using SimulationLog = OrleansBilling.Simulation.Tests.Log.ClientLog;

namespace OrleansBilling.Crash.Tests.Prepaid;

/// <summary>A line is added before its request leaves, and the next one after its answer came.</summary>
public sealed class PrepaidLog
{
    readonly Lock gate = new();

    /// <summary>For the auditor, when the clients have ended.</summary>
    public SimulationLog Whole { get; } = new();

    /// <summary>What there is by now, while clients go on.</summary>
    public LogEntry[] SoFar
    {
        get
        {
            lock (gate) return [.. Whole.Entries];
        }
    }

    public void Add(LogEntry entry)
    {
        lock (gate) Whole.Add(entry);
    }

    /// <summary>Writes down that something is sent; answers its number.</summary>
    public int Send(Func<int, LogEntry> entry)
    {
        lock (gate)
        {
            var request = Whole.NextRequest();
            Whole.Add(entry(request));
            return request;
        }
    }
}
