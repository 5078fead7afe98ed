// The one source of time: the system's, or a sandbox clock that only moves forward when told.
using NodaTime;

namespace OrleansBilling.GrainInterfaces;

/// <summary>
/// A provider of our own, never the unkeyed TimeProvider: engine, web server and sign-in keep the machine's time when a sandbox clock is in use.
/// </summary>
public sealed class BillingClock(TimeProvider time)
{
    /// <summary>The instant of now.</summary>
    public Instant Now => Instant.FromDateTimeOffset(Time.GetUtcNow());

    /// <summary>The provider, for what needs timers on billing time.</summary>
    public TimeProvider Time { get; } = time;
}
