// What only the embedded engine promises: idle collection by its own clock, graceful stop, references, the strict reader rule.
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class HostingTests : IAsyncDisposable
{
    readonly ManualTimeProvider clock = new(DateTimeOffset.UnixEpoch);
    readonly Probes probes = new();
    readonly ServiceProvider services;
    readonly EmbeddedEngine engine;

    public HostingTests()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(probes);
        collection.AddEmbeddedEngine(options =>
        {
            options.Clock = clock;
            options.MachineClock = clock;
            options.TrackRest = true;
        }, typeof(QueueGrain).Assembly);
        services = collection.BuildServiceProvider();
        engine = services.GetRequiredService<EmbeddedEngine>();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    async Task Advance(TimeSpan by)
    {
        var target = clock.GetUtcNow() + by;
        while (clock.AdvanceToNextDue(target)) await engine.WhenAtRest();
        clock.AdvanceTo(target);
    }

    [Fact]
    public async Task a_grain_nobody_calls_is_collected_after_its_age_and_not_before()
    {
        await engine.GetGrain<IQueueGrain>("q").Ping();
        await Advance(TimeSpan.FromMinutes(14));
        probes.Of("q").Journal.ShouldBe(["activated"]);
        await Advance(TimeSpan.FromMinutes(6));
        await probes.Of("q").Until("deactivated ActivationIdle");
    }

    [Fact]
    public async Task a_stop_deactivates_every_grain_and_refuses_new_callers()
    {
        for (var i = 0; i < 100; i++) await engine.GetGrain<IQueueGrain>($"q{i}").Ping();
        var running = engine.GetGrain<IQueueGrain>("q0").Enter("call");
        await probes.Of("q0").Until("call in");
        var stop = engine.StopAsync(CancellationToken.None);
        await Should.ThrowAsync<SiloUnavailableException>(engine.GetGrain<IQueueGrain>("q1").Ping());
        probes.Of("q0").Open("call");
        await stop;
        await running;
        for (var i = 0; i < 100; i++) probes.Of($"q{i}").Journal[^1].ShouldBe("deactivated ShuttingDown");
        probes.Of("q0").Journal.ShouldBe(["activated", "call in", "call out", "deactivated ShuttingDown"]);
    }

    [Fact]
    public async Task a_writer_waits_for_every_reader()
    {
        var probe = probes.Of("q");
        var grain = engine.GetGrain<IQueueGrain>("q");
        var first = grain.Read("first");
        var second = grain.Read("second");
        await probe.Until("first in");
        await probe.Until("second in");
        probe.Open("first");
        await first;
        var writer = grain.Enter("writer");
        probe.Open("writer");
        probe.Open("second");
        await Task.WhenAll(second, writer);
        probe.Journal.ShouldBe(["activated", "first in", "second in", "first out", "second out", "writer in", "writer out"]);
    }

    [Fact]
    public async Task a_call_cancelled_while_it_waits_finds_its_token_cancelled()
    {
        // On Orleans the cancellation is a message of its own: it may come later, or take the call out of the line.
        var grain = engine.GetGrain<IQueueGrain>("q");
        using var source = new CancellationTokenSource();
        var first = grain.Enter("first");
        await probes.Of("q").Until("first in");
        var waiting = grain.Cancellable("call", source.Token);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        probes.Of("q").Open("first");
        await first;
        await probes.Of("q").Until("call in True");
    }

    [Fact]
    public void an_interface_with_two_classes_behind_it_is_ambiguous()
        => Should.Throw<ArgumentException>(() => engine.GetGrain<ITwice>("x")).Message.ShouldContain("ambiguous");

    [Fact]
    public async Task the_class_behind_a_shared_interface_can_be_named()
        => await engine.GetGrain<ITwice>("x", typeof(OneOfTwo).FullName).Ping();

    [Fact]
    public async Task async_locals_of_the_caller_do_not_reach_the_grain()
    {
        AmbientGrain.Ambient.Value = "caller";
        (await engine.GetGrain<IAmbientGrain>("x").Read()).ShouldBeNull();
    }
}

[Alias("host.ITwice")]
public interface ITwice : IGrainWithStringKey
{
    [Alias("Ping")]
    Task Ping();
}

public sealed class OneOfTwo : Grain, ITwice
{
    public Task Ping() => Task.CompletedTask;
}

public sealed class OtherOfTwo : Grain, ITwice
{
    public Task Ping() => throw new InvalidOperationException("The wrong one.");
}

[Alias("host.IAmbientGrain")]
public interface IAmbientGrain : IGrainWithStringKey
{
    [Alias("Read")]
    Task<string?> Read();
}

public sealed class AmbientGrain : Grain, IAmbientGrain
{
    public static AsyncLocal<string?> Ambient { get; } = new();

    public Task<string?> Read() => Task.FromResult(Ambient.Value);
}
