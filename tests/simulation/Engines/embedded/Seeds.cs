// Plays seeds on all cores. A seed is one thread's work from beginning to end.
using OrleansBilling.Simulation.Tests.Auditing;

namespace OrleansBilling.Simulation.Tests;

internal static class Seeds
{
    /// <summary>Runs an action for every seed; each worker is a thread of its own.</summary>
    public static void Each(int from, int count, Action<int> play)
    {
        var next = from - 1;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var seed && seed < from + count)
                play(seed);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    /// <summary>Plays and audits a seed; a run that falls over is a finding.</summary>
    public static Left? Play(int seed, out Findings findings, Defect defect = Defect.None)
    {
        try
        {
            var left = Simulation.Play(seed, defect);
            findings = Auditor.Check(left.Rows, left.Log, left.Tree);
            return left;
        }
        catch (Exception fault)
        {
            findings = new Findings();
            findings.Add(Kind.Surprise, $"The run fell over: {fault}");
            return null;
        }
    }
}
