// What tests and grains share: a journal of what happened to one key, and gates that grains wait at until the test opens them.
using System.Collections.Concurrent;

namespace OrleansBilling.Engine.Tests;

public sealed class Probes
{
    readonly ConcurrentDictionary<string, Probe> all = new();

    public Probe Of(string key) => all.GetOrAdd(key, _ => new Probe());
}

public sealed class Probe
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Lock gate = new();
    readonly List<string> journal = [];
    readonly List<(Func<List<string>, bool> Condition, TaskCompletionSource Met)> waiting = [];
    readonly ConcurrentDictionary<string, TaskCompletionSource> gates = new();

    public bool FailActivation { get; set; }

    public string[] Journal
    {
        get
        {
            lock (gate) return [.. journal];
        }
    }

    public void Note(string entry)
    {
        lock (gate)
        {
            journal.Add(entry);
            foreach (var one in waiting.Where(one => one.Condition(journal)).ToList())
            {
                waiting.Remove(one);
                one.Met.SetResult();
            }
        }
    }

    public Task Gate(string name) => Named(name).Task;

    public void Open(string name) => Named(name).TrySetResult();

    public Task Until(string entry, int times = 1) => Until(entries => entries.Count(one => one == entry) >= times, $"'{entry}' x {times}");

    async Task Until(Func<List<string>, bool> condition, string what)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (condition(journal)) return;
            waiting.Add((condition, met));
        }
        try
        {
            await met.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited in vain for {what}; the journal is: {string.Join(", ", Journal)}");
        }
    }

    TaskCompletionSource Named(string name)
        => gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
