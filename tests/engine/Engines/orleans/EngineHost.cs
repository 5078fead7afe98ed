// A real Orleans silo with its client under the shared tests: grain timers and reminders by a clock moved by hand, everything else by the system's.
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Reminders.Diagnostics;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class EngineHost : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly InProcessTestCluster cluster;
    readonly ArmedReminders armed = new();
    readonly IDisposable watch;

    public EngineHost()
    {
        watch = ReminderEvents.AllEvents.Subscribe(armed);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.UseInMemoryReminderService();
            silo.Services.AddSingleton(Probes);
            // By exact names: response time-outs must go on by the machine's clock, or a lost call would never end.
            silo.Services.AddKeyedSingleton<TimeProvider>("Orleans.Grains", Clock);
            silo.Services.AddKeyedSingleton<TimeProvider>("Orleans.Reminders", new ReadersClock(Clock));
        });
        cluster = builder.Build();
    }

    public Probes Probes { get; } = new();

    public ManualTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public IGrainFactory Grains => cluster.Client;

    // Another activation of the same state, as a second silo would have for a moment.
    public async Task WriteBehindTheBack(string key, int count)
    {
        var storage = cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");
        var id = GrainId.Create("test-state", key);
        var stored = new GrainState<Tally>(new Tally());
        await storage.ReadStateAsync("tally", id, stored);
        stored.State = new Tally { Count = count };
        await storage.WriteStateAsync("tally", id, stored);
    }

    // A reminder waits for its tick some time after it was set, and for the next one only when the tick has ended: a clock that is moved before
    // would run past the tick, which would then wait for a clock that nobody moves.
    public Task ReminderArmed(string key) => Within(armed.Of(key), $"the reminder of {key} to wait for its next tick");

    public Task AdvanceReminders(TimeSpan by)
    {
        Clock.Advance(by);
        return Task.CompletedTask;
    }

    public async ValueTask InitializeAsync() => await Within(cluster.DeployAsync(), "the silo to start");

    // A hang after the last test must not hang the run.
    public async ValueTask DisposeAsync()
    {
        watch.Dispose();
        await Within(cluster.DisposeAsync().AsTask(), "the silo to stop");
    }

    static async Task Within(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Patience.TotalSeconds} s in vain for {what}.");
        }
    }

    // Whether a grain's reminder, one at a time, waits for its tick: from when it has set its timer until that has fired.
    sealed class ArmedReminders : IObserver<ReminderEvents.ReminderEvent>
    {
        readonly Lock gate = new();
        readonly Dictionary<string, TaskCompletionSource> byKey = [];

        public Task Of(string key)
        {
            lock (gate) return Source(key).Task;
        }

        public void OnNext(ReminderEvents.ReminderEvent value)
        {
            lock (gate)
            {
                var key = value.GrainId.Key.ToString()!;
                if (value is ReminderEvents.LocalReminderTickWaitArmed) Source(key).TrySetResult();
                else if (value is ReminderEvents.TickFiring) byKey.Remove(key);
            }
        }

        TaskCompletionSource Source(string key)
        {
            if (!byKey.TryGetValue(key, out var source)) byKey[key] = source = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return source;
        }

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
