// Ends activations nobody has called for a while: looks through all of them a few times per age, so that a call only notes a number.
namespace OrleansBilling.Embedded;

internal sealed class IdleCollector : IDisposable
{
    const int TicksPerAge = 4;

    readonly EmbeddedEngine engine;
    readonly TimeSpan period;
    readonly ITimer timer;
    int armed;

    internal IdleCollector(EmbeddedEngine engine, TimeProvider clock, TimeSpan age)
    {
        this.engine = engine;
        period = age == Timeout.InfiniteTimeSpan ? age : age / TicksPerAge;
        timer = clock.CreateTimer(static self => ((IdleCollector)self!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal int Tick { get; private set; }

    internal void Arm()
    {
        if (Volatile.Read(ref armed) == 0 && Interlocked.Exchange(ref armed, 1) == 0) timer.Change(period, Timeout.InfiniteTimeSpan);
    }

    void Look()
    {
        Tick = unchecked(Tick + 1);
        Interlocked.Exchange(ref armed, 0);
        foreach (var activation in engine.Catalogue.Classes.SelectMany(type => type.Activations))
        {
            activation.CollectIfIdle(TicksPerAge);
            Arm();
        }
    }

    public void Dispose() => timer.Dispose();
}
