// A real Orleans silo with its client under the shared tests: grain timers and reminders by a clock moved by hand, everything else by the system's.
using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Reminders.Diagnostics;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class EngineHost : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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
            silo.Services.AddKeyedSingleton<TimeProvider>("Orleans.Reminders", Clock);
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

    // A tick sets its successor only when it has ended; a clock that runs past that would skip ticks.
    public async Task AdvanceReminders(string key, TimeSpan by)
    {
        // None is awaited long: there may be no reminder any more.
        await armed.Of(key).WaitAsync(TimeSpan.FromSeconds(2));
        Clock.Advance(by);
    }

    public async ValueTask InitializeAsync() => await cluster.DeployAsync();

    // A hang after the last test must not hang the run.
    public async ValueTask DisposeAsync()
    {
        watch.Dispose();
        await cluster.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    // Counts, per grain, the waits for a next tick that have been set up.
    sealed class ArmedReminders : IObserver<ReminderEvents.ReminderEvent>
    {
        readonly ConcurrentDictionary<string, SemaphoreSlim> byKey = new();

        public SemaphoreSlim Of(string key) => byKey.GetOrAdd(key, _ => new(0));

        public void OnNext(ReminderEvents.ReminderEvent value)
        {
            if (value is ReminderEvents.LocalReminderTickWaitArmed) Of(value.GrainId.Key.ToString()!).Release();
        }

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
