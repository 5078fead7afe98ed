// Silos that do not reach each other, in every shape that a network has for it (F6, F8, F9, F10); each has an address and a network of its own.
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Cluster.Tests;

public sealed class Partitions
{
    [Fact]
    public Task F6_a_silo_apart_from_the_others_that_still_reaches_PostgreSQL() => Apart(3, "apart from the others");

    // With two, one vote is enough: each may be the one that puts the other out.
    [Fact]
    public Task F6_two_silos_apart_from_one_another_that_both_reach_PostgreSQL() => Apart(2, "two apart");

    [Fact]
    public Task F8_a_silo_cut_off_from_everything() =>
        Cut(3, "cut off from everything", (network, silo, _) => network.PullCable(silo), (network, silo, _) => network.PlugIn(silo));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task F9_packets_die_in_one_direction(bool outward) => Cut(3, outward ? "heard by nobody" : "hears nobody", (network, silo, others) =>
    {
        foreach (var other in others) network.CutOneWay(outward ? silo : other, outward ? other : silo);
    }, (network, silo, others) =>
    {
        foreach (var other in others) network.HealOneWay(outward ? silo : other, outward ? other : silo);
    }, bothWrite: true);

    [Fact]
    public async Task F10_cables_are_pulled_and_put_back_in_any_order()
    {
        await InNetwork(3, "cables pulled at random", async (run, network, load) =>
        {
            for (var round = 0; round < FaultLengths.Times(6, 20); round++)
            {
                var order = run.Silos.Select((_, index) => index + 1).OrderBy(_ => run.Random.Next()).ToArray();
                foreach (var silo in order)
                {
                    network.PullCable(silo);
                    await run.Moment(1_500);
                }
                foreach (var silo in order.OrderBy(_ => run.Random.Next()))
                {
                    network.PlugIn(silo);
                    await run.Moment(1_500);
                }
                load.SendOpenAgain();
            }
            await run.StartEnded();
        });
    }

    static Task Apart(int count, string name) => Cut(count, name,
        (network, silo, others) => network.Part(silo, others), (network, silo, others) => network.Join(silo, others), bothWrite: true);

    // bothWrite: the silo that is cut off still has clients and PostgreSQL, so its activations and those of the others meet in the journal.
    static Task Cut(int count, string name, Action<SiloNetwork, int, int[]> cut, Action<SiloNetwork, int, int[]> heal, bool bothWrite = false) => InNetwork(count, name, async (run, network, load) =>
    {
        var silo = run.Random.Next(run.Silos.Count) + 1;
        var others = Enumerable.Range(1, run.Silos.Count).Where(other => other != silo).ToArray();
        // Of two, nobody knows which one goes.
        var mayGo = count == 2 ? run.Silos.ToArray() : [run.Silos[silo - 1]];
        await run.Moment(60);
        cut(network, silo, others);
        load.SendOpenAgain();
        // Now its streams are opened elsewhere, while it has not read that it is dead: later it has ended itself, and there is nothing to meet.
        var longEnough = Task.Delay(FaultLengths.Seconds(0, 120), run.Cancel);
        await run.UntilVotedDead(mayGo);
        load.SendOpenAgain();
        await longEnough;
        var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"silo {silo}: voted dead, whatever was open was taken {settled.TotalSeconds:0.0} s later"));
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        heal(network, silo, others);
        await run.UntilEnded(mayGo);
        await run.StartEnded();
        if (bothWrite) run.Silos.Sum(one => one.LostStreams).ShouldBeGreaterThan(0, $"{run}: nobody met a second activation, so the run has shown nothing.");
    });

    static async Task InNetwork(int count, string name, Func<ClusterRun, SiloNetwork, Load, Task> faults)
    {
        await using var parted = await NetworkedRun.Begin(name, count);
        await using var load = parted.Run.NewLoad(connections: 3);
        await load.Reach(1_000, ClusterRun.HealsWithin, parted.Run.Cancel);
        await faults(parted.Run, parted.Network, load);
        await parted.Run.ShouldHold(load);
    }
}
