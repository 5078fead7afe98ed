// The clock of reminders: the one that is moved by hand, for a reader that waits for instants between two milliseconds by reading it again and again.
namespace OrleansBilling.Engine.Tests;

/// <summary>
/// Orleans waits until an instant with delays of whole milliseconds, and looks at the clock until it is there (10.4; the first look for reminders
/// is due at a random tick). A clock that stands would let it look for ever: who has read the same instant that often reads the next millisecond.
/// </summary>
sealed class ReadersClock(TimeProvider clock) : TimeProvider
{
    // Far more than anybody reads at one instant of a test.
    const int ReadingsMax = 1_000;
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    readonly Lock gate = new();
    DateTimeOffset instant;
    int readings;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            readings = now == instant ? readings + 1 : 0;
            instant = now;
            return readings < ReadingsMax ? now : now + Step;
        }
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
