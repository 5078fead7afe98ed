// The beginning and the end of activations, time-outs and cancellation.
namespace OrleansBilling.Engine.Tests;

public sealed class LifetimeTests(EngineHost host) : EngineTest(host)
{
    [Fact]
    public async Task a_failed_activation_reaches_every_waiting_caller_and_the_next_call_tries_again()
    {
        var grain = Grain<IFragileGrain>();
        Probe.FailActivation = true;
        var first = grain.Ping();
        await Probe.Until("activating");
        var second = grain.Ping();
        Probe.Open("activation");
        (await Should.ThrowAsync<RefusedException>(first)).Code.ShouldBe(7);
        (await Should.ThrowAsync<RefusedException>(second)).Code.ShouldBe(7);
        Probe.FailActivation = false;
        await grain.Ping();
    }

    [Fact]
    public async Task after_deactivate_on_idle_the_next_call_meets_a_new_activation()
    {
        var grain = Grain<IQueueGrain>();
        await grain.Leave();
        await grain.Ping();
        Probe.Journal.ShouldBe(["activated", "deactivated ApplicationRequested", "activated"]);
    }

    [Fact]
    public async Task a_grain_that_leaves_whenever_it_is_activated_rejects_its_callers()
    {
        var calls = Enumerable.Range(0, 3).Select(_ => Grain<IFleetingGrain>().Ping()).ToList();
        foreach (var call in calls) await Should.ThrowAsync<OrleansMessageRejectionException>(call);
        // Each call is sent on twice at most.
        Probe.Journal.Length.ShouldBeInRange(3, 9);
    }

    [Fact]
    public async Task deactivation_waits_for_the_calls_under_way()
    {
        var grain = Grain<IQueueGrain>();
        var interleaving = grain.Interleaved("long");
        await Probe.Until("long in");
        await grain.Leave();
        var next = grain.Ping();
        Probe.Open("long");
        await Task.WhenAll(interleaving, next);
        Probe.Journal.ShouldBe(["activated", "long in", "long out", "deactivated ApplicationRequested", "activated"]);
    }

    [Fact]
    public async Task a_call_without_answer_in_time_fails_for_the_caller()
    {
        var grain = Grain<IQueueGrain>();
        await Should.ThrowAsync<TimeoutException>(grain.TooSlow("slow"));
        Probe.Open("slow");
        await grain.Ping();
        Probe.Journal.ShouldBe(["activated", "slow in", "slow out"]);
    }

    [Fact]
    public async Task cancelling_a_running_call_answers_the_caller_and_cancels_the_grains_token_in_a_turn()
    {
        var grain = Grain<IQueueGrain>();
        using var source = new CancellationTokenSource();
        var call = grain.Cancellable("call", source.Token);
        await Probe.Until("call in False");
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
        await Probe.Until("call cancelled");
        Probe.Journal.ShouldBe(["activated", "call in False", "call in turn True", "call cancelled"]);
    }

    // Whether its body still runs is open: on Orleans a waiting call may be taken out of the line, here it runs.
    [Fact]
    public async Task a_call_cancelled_while_it_waits_is_answered_at_once()
    {
        var grain = Grain<IQueueGrain>();
        using var source = new CancellationTokenSource();
        var first = grain.Enter("first");
        await Probe.Until("first in");
        var waiting = grain.Cancellable("call", source.Token);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        Probe.Open("first");
        await first;
        await grain.Ping();
    }

    [Fact]
    public async Task a_call_cancelled_before_it_is_made_is_never_sent()
    {
        var grain = Grain<IQueueGrain>();
        Should.Throw<OperationCanceledException>(() => { _ = grain.Cancellable("call", new CancellationToken(canceled: true)); });
        await grain.Ping();
        Probe.Journal.ShouldBe(["activated"]);
    }
}
