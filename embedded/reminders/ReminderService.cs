// Lets stored reminders tick: on time while the host runs; what fell into an outage is skipped, as on Orleans.
using System.Collections.Concurrent;

namespace OrleansBilling.Embedded;

internal sealed class ReminderService(EmbeddedEngine engine, IReminderStore store, TimeSpan minimumPeriod)
{
    readonly ConcurrentDictionary<(string GrainType, string Key, string Name), RunningReminder> running = new();

    internal async Task StartAsync(CancellationToken token) => Run(await store.ReadAllAsync(token));

    internal void Run(IReadOnlyList<StoredReminder> reminders)
    {
        foreach (var reminder in reminders) Run(reminder);
    }

    internal void Stop()
    {
        foreach (var key in running.Keys) Forget(key);
    }

    internal async Task<IGrainReminder> Register(Activation owner, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < minimumPeriod) throw new ArgumentException($"A reminder's period is at least {minimumPeriod}, not {period}.", nameof(period));
        var reminder = new StoredReminder(owner.Class.Name, owner.Key, name, engine.Clock.GetUtcNow() + dueTime, period);
        await store.UpsertAsync(reminder, CancellationToken.None);
        return Run(reminder)!;
    }

    internal IGrainReminder? Find(Activation owner, string name)
        => running.TryGetValue((owner.Class.Name, owner.Key, name), out var found) ? found : null;

    internal List<IGrainReminder> All(Activation owner)
        => [.. running.Values.Where(one => one.Reminder.GrainType == owner.Class.Name && one.Reminder.Key == owner.Key)
            .OrderBy(one => one.ReminderName, StringComparer.Ordinal)];

    internal async Task Unregister(Activation owner, IGrainReminder reminder)
    {
        await store.RemoveAsync(owner.Class.Name, owner.Key, reminder.ReminderName, CancellationToken.None);
        Forget((owner.Class.Name, owner.Key, reminder.ReminderName));
    }

    // A row of a class this host does not have is another version's business; it stays stored.
    RunningReminder? Run(StoredReminder reminder)
    {
        var key = (reminder.GrainType, reminder.Key, reminder.Name);
        Forget(key);
        if (engine.Catalogue.Named(reminder.GrainType) is not { } type) return null;
        var started = running[key] = new RunningReminder(engine, type, reminder);
        started.Arm();
        return started;
    }

    void Forget((string, string, string) key)
    {
        if (running.TryRemove(key, out var old)) old.Dispose();
    }
}

internal sealed class RunningReminder : IGrainReminder, IDisposable
{
    // Real timers take 49 days at most; longer waits go in steps.
    static readonly TimeSpan LongestStep = TimeSpan.FromDays(40);

    readonly EmbeddedEngine engine;
    readonly ReminderProxy target = new();
    readonly ITimer timer;
    DateTimeOffset next;
    volatile bool disposed;

    internal RunningReminder(EmbeddedEngine engine, GrainClass type, StoredReminder reminder)
    {
        this.engine = engine;
        Reminder = reminder;
        target.Bind(type, reminder.Key);
        var now = engine.Clock.GetUtcNow();
        var missed = now > reminder.StartAt ? (now - reminder.StartAt).Ticks / reminder.Period.Ticks + 1 : 0;
        next = reminder.StartAt + reminder.Period * missed;
        timer = engine.Clock.CreateTimer(static self => ((RunningReminder)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal StoredReminder Reminder { get; }

    public string ReminderName => Reminder.Name;

    internal void Arm()
    {
        if (disposed) return;
        var wait = next - engine.Clock.GetUtcNow();
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestStep ? LongestStep : wait, Timeout.InfiniteTimeSpan);
    }

    void Fire()
    {
        var now = engine.Clock.GetUtcNow();
        if (disposed) return;
        if (now < next)
        {
            Arm();
            return;
        }
        // Under way until the next tick is set, or a clock advanced by hand would run past it.
        engine.Work?.Enter();
        var status = new TickStatus(Reminder.StartAt.UtcDateTime, Reminder.Period, now.UtcDateTime);
        // Inline and on no scheduler of its own: a simulation may not see a foreign thread here.
        target.Tick(Reminder.Name, status).ContinueWith(
            static (tick, self) => ((RunningReminder)self!).Ended(tick),
            this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    void Ended(Task tick)
    {
        if (tick.Exception is { } error) engine.Log.ReminderFailed(error, Reminder.Name, target.ToString());
        next += Reminder.Period;
        Arm();
        engine.Work?.Leave();
    }

    public void Dispose()
    {
        disposed = true;
        timer.Dispose();
    }
}

// By hand what the generator writes for others: IRemindable is the engine's own interface.
internal sealed class ReminderProxy : GrainProxy
{
    static readonly GrainMethod ReceiveReminder = new(nameof(IRemindable), nameof(IRemindable.ReceiveReminder), MessageKinds.None);

    internal Task Tick(string name, TickStatus status) => Ask(new TickCall(name, status));

    sealed class TickCall(string name, TickStatus status) : GrainCall<object?>(ReceiveReminder)
    {
        protected override void Invoke(object grain) => Complete(((IRemindable)grain).ReceiveReminder(name, status));
    }
}
