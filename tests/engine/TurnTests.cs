// One request at a time, and the exceptions from it.
namespace OrleansBilling.Engine.Tests;

public sealed class TurnTests(EngineHost host) : EngineTest(host)
{
    [Fact]
    public async Task a_second_call_waits_until_the_first_has_ended()
    {
        var grain = Grain<IQueueGrain>();
        var first = grain.Enter("first");
        await Probe.Until("first in");
        var second = grain.Enter("second");
        Probe.Open("second");
        Probe.Open("first");
        await Task.WhenAll(first, second);
        Probe.Journal.ShouldBe(["activated", "first in", "first out", "second in", "second out"]);
    }

    [Fact]
    public async Task an_interleaving_call_runs_beside_a_plain_one()
    {
        var grain = Grain<IQueueGrain>();
        var plain = grain.Enter("plain");
        await Probe.Until("plain in");
        Probe.Open("quick");
        await grain.Interleaved("quick");
        Probe.Open("plain");
        await plain;
        Probe.Journal.ShouldBe(["activated", "plain in", "quick in", "quick out", "plain out"]);
    }

    [Fact]
    public async Task a_plain_call_begins_while_only_interleaving_ones_run()
    {
        var grain = Grain<IQueueGrain>();
        var interleaving = grain.Interleaved("long");
        await Probe.Until("long in");
        Probe.Open("plain");
        await grain.Enter("plain");
        Probe.Open("long");
        await interleaving;
        Probe.Journal.ShouldBe(["activated", "long in", "plain in", "plain out", "long out"]);
    }

    [Fact]
    public async Task two_read_only_calls_run_beside_each_other()
    {
        var grain = Grain<IQueueGrain>();
        var first = grain.Read("first");
        var second = grain.Read("second");
        await Probe.Until("first in");
        await Probe.Until("second in");
        Probe.Open("first");
        Probe.Open("second");
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task a_reader_waits_for_a_writer()
    {
        var grain = Grain<IQueueGrain>();
        var writer = grain.Enter("writer");
        await Probe.Until("writer in");
        var reader = grain.Read("reader");
        Probe.Open("reader");
        Probe.Open("writer");
        await Task.WhenAll(writer, reader);
        Probe.Journal.ShouldBe(["activated", "writer in", "writer out", "reader in", "reader out"]);
    }

    [Fact]
    public async Task every_call_of_a_reentrant_class_interleaves()
    {
        var grain = Grain<IReentrantGrain>();
        var first = grain.Enter("first");
        await Probe.Until("first in");
        Probe.Open("second");
        await grain.Enter("second");
        Probe.Open("first");
        await first;
        Probe.Journal.ShouldBe(["first in", "second in", "second out", "first out"]);
    }

    [Fact]
    public async Task what_a_grain_starts_or_awaits_stays_in_its_turns()
    {
        var grain = Grain<IQueueGrain>();
        Probe.Open("gate");
        await grain.Spread("gate");
        Probe.Journal.ShouldBe(["activated", "gate yield True", "gate start True", "gate continue True", "gate gate True"]);
    }

    [Fact]
    public async Task thousands_of_waiting_calls_all_run()
    {
        var grain = Grain<IQueueGrain>();
        var first = grain.Enter("first");
        await Probe.Until("first in");
        var many = Enumerable.Range(0, 5000).Select(_ => grain.Ping()).ToArray();
        Probe.Open("first");
        await Task.WhenAll([first, .. many]);
    }

    [Fact]
    public async Task a_one_way_call_is_over_for_the_caller_at_once()
    {
        var grain = Grain<IQueueGrain>();
        await grain.Tell("told");
        await Probe.Until("told in");
        Probe.Open("told");
        await grain.Ping();
        Probe.Journal.ShouldBe(["activated", "told in", "told out"]);
    }

    [Fact]
    public async Task nobody_hears_of_a_failed_one_way_call_and_the_grain_lives_on()
    {
        var grain = Grain<IQueueGrain>();
        await grain.TellAndFail();
        await Probe.Until("failing");
        await grain.Ping();
        Probe.Journal.ShouldBe(["activated", "failing"]);
    }
}
