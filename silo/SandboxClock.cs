// A clock that stands still until it is told to move, and only moves forward.
using NodaTime;
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
    public async Task<bool> Advance(Instant to, CancellationToken cancel)
    {
        using var alone = await worker.Pause(cancel);
        if (to < Now)
            return false;
        while (await closing.NextDue(cancel) is { } due && due <= to)
        {
            if (due > Now)
                await Set(due, cancel);
            // Work that stays due (a store that is away, a failed step) is tried again by the worker; time does not wait for it.
            if (!await worker.RunDue(cancel))
                break;
        }

        await Set(to, cancel);
        return true;
    }

    private async Task Set(Instant now, CancellationToken cancel)
    {
        await settings.Set(Setting, NodaTime.Text.InstantPattern.ExtendedIso.Format(now), cancel);
        time.Set(now);
    }
}
