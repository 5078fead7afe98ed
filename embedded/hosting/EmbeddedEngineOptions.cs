// What can be set about the engine.
namespace OrleansBilling.Embedded;

public sealed class EmbeddedEngineOptions
{
    // A caller gets a TimeoutException after this long, unless the method says [ResponseTimeout].
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(10);

    // An activation nobody called for this long ends.
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    // How often a call is sent on to the next activation because the one it met was leaving; then it is rejected.
    public int MaxForwardCount { get; set; } = 2;

    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    // The time of the domain: grain timers, reminders, DelayDeactivation. Default: the TimeProvider keyed TimeProviderNames.Grains, or the system's.
    public TimeProvider? Clock { get; set; }

    // The time of the machine: response time-outs and idleness. A sandbox that jumps a month must not time out its own calls.
    public TimeProvider MachineClock { get; set; } = TimeProvider.System;

    // Copy every argument and result that is not [Immutable]: on in tests, so that shared mutable state shows.
    public bool CopyMessages { get; set; }

    // Count what is under way, so that WhenAtRest can be awaited: for clocks that are advanced by hand.
    public bool TrackRest { get; set; }
}
