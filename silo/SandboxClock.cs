// A clock that stands still until it is told to move, and only moves forward.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Silo;

/// <summary>The time provider behind a sandbox's BillingClock.</summary>
public sealed class SandboxTime : TimeProvider
{
    private long ticks = Start.ToUnixTimeTicks();

    /// <summary>Where an empty store begins.</summary>
    public static Instant Start { get; } = Instant.FromUtc(2000, 1, 1, 0, 0);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Instant.FromUnixTimeTicks(Interlocked.Read(ref ticks)).ToDateTimeOffset();

    /// <summary>Sets the instant.</summary>
    public void Set(Instant now) => Interlocked.Exchange(ref ticks, now.ToUnixTimeTicks());
}

/// <summary>Moves the clock and keeps where it stands, so that a restart goes on from there.</summary>
public sealed class SandboxControl(SandboxTime time, DueWorker worker, IClosingStore closing, ISettingStore settings) : ISandboxControl
{
    private const string Setting = "sandbox_clock";

    /// <inheritdoc/>
    public Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Takes up the stored instant.</summary>
    public async Task Restore(CancellationToken cancel)
    {
        if (await settings.Get(Setting, cancel) is { } stored && InstantAsRfc3339.TryParse(stored, out var now, out _))
            time.Set(now);
    }

    /// <inheritdoc/>
    public async Task<AdvanceAnswer?> Advance(Instant to, CancellationToken cancel)
    {
        using var alone = await worker.Pause(cancel);
        if (to < Now)
            return null;
        var parked = new ParkedRuns(closing);
        while (await closing.NextDue(cancel) is { } due && due <= to)
        {
            if (due > Now)
                await Set(due, cancel);
            var ran = new HashSet<string>();
            var stillDue = await RunDue(ran, cancel);
            await parked.Add(ran, cancel);
            // Time does not pass work that was not done: what would be closed later would be closed of other usage, under another date.
            if (stillDue.Count > 0)
                return new AdvanceAnswer(Now, stillDue, parked.Agreements, parked.Runs);
        }

        await Set(to, cancel);
        return new AdvanceAnswer(Now, [], parked.Agreements, parked.Runs);
    }

    // A step that timed out on a busy machine has mostly been done when it is asked for again.
    private async Task<IReadOnlyList<StillDue>> RunDue(HashSet<string> ran, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failed = await worker.RunDue(ran, cancel);
            if (failed.Count == 0 || attempt == Limits.DueAttemptsMax)
                return [.. failed.Select(work => new StillDue(work.At, work.Kind, work.Grain))];
        }
    }

    private async Task Set(Instant now, CancellationToken cancel)
    {
        await settings.Set(Setting, NodaTime.Text.InstantPattern.ExtendedIso.Format(now), cancel);
        time.Set(now);
    }
}

/// <summary>What an advance leaves behind: agreements that failed too often stop nobody else and wait for a retry.</summary>
internal sealed class ParkedRuns(IClosingStore closing)
{
    private readonly List<string> runs = [];

    /// <summary>Agreements that are parked.</summary>
    public int Agreements { get; private set; }

    /// <summary>Their runs, the first ones.</summary>
    public IReadOnlyList<string> Runs => runs;

    /// <summary>Looks at the runs that were worked on at one instant.</summary>
    public async Task Add(IEnumerable<string> ran, CancellationToken cancel)
    {
        foreach (var run in ran.Order(StringComparer.Ordinal))
        {
            var failed = (await closing.Progress(run, cancel)).Failed;
            Agreements += failed;
            if (failed > 0 && runs.Count < Limits.FailedRunsMax)
                runs.Add(run);
        }
    }
}
