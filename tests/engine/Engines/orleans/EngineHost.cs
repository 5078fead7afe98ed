// A real Orleans silo with its client under the shared tests: grain timers and reminders by a clock moved by hand, everything else by the system's.
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class EngineHost : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly InProcessTestCluster cluster;

    public EngineHost()
    {
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
        stored.State.Count = count;
        await storage.WriteStateAsync("tally", id, stored);
    }

    // Reminders have no sign of rest; the tests wait for the ticks themselves.
    public async Task AdvanceReminders(TimeSpan by)
    {
        var target = Clock.GetUtcNow() + by;
        while (Clock.AdvanceToNextDue(target)) await Task.Yield();
        Clock.AdvanceTo(target);
    }

    public async ValueTask InitializeAsync() => await cluster.DeployAsync();

    // A hang after the last test must not hang the run.
    public async ValueTask DisposeAsync() => await cluster.DisposeAsync().AsTask().WaitAsync(Patience);
}
