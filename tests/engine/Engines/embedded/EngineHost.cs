// The embedded engine under the shared tests: every message copied, the clock moved by hand.
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class EngineHost : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly ServiceProvider services;

    public EngineHost()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(Probes);
        collection.AddEmbeddedEngine(options =>
        {
            options.Clock = Clock;
            options.CopyMessages = true;
            options.TrackRest = true;
        }, typeof(EngineHost).Assembly);
        services = collection.BuildServiceProvider();
    }

    public Probes Probes { get; } = new();

    public ManualTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    // Another process writes the state, so that the activation's etag is stale.
    public async Task WriteBehindTheBack(string key, int count)
    {
        var store = services.GetRequiredService<IGrainStateStore>();
        var stored = await store.ReadAsync<Tally>("test-state", key, "tally", CancellationToken.None);
        await store.WriteAsync("test-state", key, "tally", new Tally { Count = count }, stored?.Etag, CancellationToken.None);
    }

    // Here a reminder waits for its tick as soon as it is set.
    public Task ReminderArmed(string key) => services.GetRequiredService<EmbeddedEngine>().WhenAtRest().WaitAsync(Patience);

    public async Task AdvanceReminders(TimeSpan by)
    {
        var target = Clock.GetUtcNow() + by;
        while (Clock.AdvanceToNextDue(target)) await services.GetRequiredService<EmbeddedEngine>().WhenAtRest().WaitAsync(Patience);
        Clock.AdvanceTo(target);
    }

    public async ValueTask InitializeAsync() => await services.GetRequiredService<EmbeddedEngine>().StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        // A test that failed may have left a grain at a gate; it is not waited for.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await services.GetRequiredService<EmbeddedEngine>().StopAsync(patience.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        await services.DisposeAsync();
    }
}
