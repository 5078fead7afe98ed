// What lies between callers and activations in a simulation: messages overtake each other, get lost or doubled, and may find one of two activations.
namespace OrleansBilling.Embedded;

public enum Fate
{
    Deliver,

    // Never arrives: the caller waits until its time-out.
    Drop,

    // Arrives and is executed, but the caller never hears of it.
    LoseAnswer,

    // Arrives twice; the first answer counts.
    Duplicate,

    // Goes back among the messages on the way.
    Delay,
}

public readonly record struct SimulatedMessage(string Method, string Target);

internal sealed class SimulatedNetwork : INetwork
{
    readonly SimulatedScheduler scheduler;
    readonly SimulatedEngine simulation;
    readonly Dictionary<GrainProxy, List<Activation>> doubles = [];
    readonly List<GrainCall> delivered = [];

    internal SimulatedNetwork(SimulatedScheduler scheduler, SimulatedEngine simulation)
    {
        this.scheduler = scheduler;
        this.simulation = simulation;
        scheduler.Deliver = Deliver;
    }

    public void Send(GrainCall call) => scheduler.Add(call);

    void Deliver(GrainCall call)
    {
        var fate = simulation.Fates?.Invoke(new(call.Name, call.Target.ToString())) ?? Fate.Deliver;
        scheduler.Note(fate.ToString(), $"{call.Name} {call.Target}");
        switch (fate)
        {
            case Fate.Drop:
                break;
            case Fate.LoseAnswer:
                HandOver(call.Duplicate(call.Target.Class.Engine.Copier).WithoutAnswer());
                break;
            case Fate.Duplicate:
                scheduler.Add(call.Duplicate(call.Target.Class.Engine.Copier));
                HandOver(call);
                break;
            case Fate.Delay:
                scheduler.Add(call);
                break;
            default:
                HandOver(call);
                break;
        }
    }

    void HandOver(GrainCall call)
    {
        var found = Alive(call.Target);
        var activation = found.Count == 0 ? call.Target.Class.Locate(call.Target.Key) : found[scheduler.Choose(found.Count)];
        call.Activation = activation;
        delivered.RemoveAll(static one => one.IsAnswered);
        delivered.Add(call);
        activation.Post(call);
    }

    // Oldest first; one, or two while there is a second activation.
    internal List<Activation> Alive(GrainProxy grain)
    {
        if (doubles.TryGetValue(grain, out var both))
        {
            both.RemoveAll(static one => one.IsClosed);
            if (both.Count > 0) return [.. both];
            doubles.Remove(grain);
        }
        return grain.Class.Find(grain.Key) is { IsClosed: false } only ? [only] : [];
    }

    internal void SpawnSecond(GrainProxy grain)
    {
        var alive = Alive(grain);
        if (alive.Count == 0) alive.Add(grain.Class.Locate(grain.Key));
        var second = grain.Class.Supplant(grain.Key);
        doubles[grain] = [.. alive, second];
        second.Post(new ActionTurn(static self => self.ActivateNow()));
    }

    internal void Crash(Activation activation, bool tellCallers)
    {
        activation.Crash();
        Lose(delivered.Where(call => ReferenceEquals(call.Activation, activation)).ToList(), tellCallers);
    }

    internal void CrashAll(bool tellCallers)
    {
        foreach (var zombie in doubles.Values.SelectMany(both => both)) zombie.Crash();
        doubles.Clear();
        Lose([.. scheduler.TakeAll(), .. delivered], tellCallers);
    }

    void Lose(List<GrainCall> calls, bool tellCallers)
    {
        foreach (var call in calls)
        {
            delivered.Remove(call);
            if (tellCallers && !call.IsAnswered) call.Target.Class.Engine.Abandon(call, new SiloUnavailableException($"{call.Target} has crashed."));
        }
    }
}
