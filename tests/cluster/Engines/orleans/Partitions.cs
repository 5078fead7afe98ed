// Silos that do not reach each other, in every shape that a network has for it (F6, F8, F9, F10); each has an address and a network of its own.
using System.Globalization;
using Npgsql;
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Cluster.Tests;

public sealed class Partitions
{
    const int DeadMember = 6;
    static readonly TimeSpan DeathVote = TimeSpan.FromSeconds(40);

    [Fact]
    public Task F6_a_silo_apart_from_the_others_that_still_reaches_PostgreSQL() => Cut("apart from the others", (network, silo, others) =>
    {
        foreach (var other in others)
        {
            network.CutOneWay(silo, other);
            network.CutOneWay(other, silo);
        }
    }, (network, silo, others) =>
    {
        foreach (var other in others)
        {
            network.HealOneWay(silo, other);
            network.HealOneWay(other, silo);
        }
    });

    [Fact]
    public Task F8_a_silo_cut_off_from_everything() =>
        Cut("cut off from everything", (network, silo, _) => network.PullCable(silo), (network, silo, _) => network.PlugIn(silo));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task F9_packets_die_in_one_direction(bool outward) => Cut(outward ? "heard by nobody" : "hears nobody", (network, silo, others) =>
    {
        foreach (var other in others) network.CutOneWay(outward ? silo : other, outward ? other : silo);
    }, (network, silo, others) =>
    {
        foreach (var other in others) network.HealOneWay(outward ? silo : other, outward ? other : silo);
    });

    [Fact]
    public async Task F10_cables_are_pulled_and_put_back_in_any_order()
    {
        await InNetwork("cables pulled at random", async (run, network, load) =>
        {
            for (var round = 0; round < 6; round++)
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

    static Task Cut(string name, Action<SiloNetwork, int, int[]> cut, Action<SiloNetwork, int, int[]> heal) => InNetwork(name, async (run, network, load) =>
    {
        var silo = run.Random.Next(run.Silos.Count) + 1;
        var others = Enumerable.Range(1, run.Silos.Count).Where(other => other != silo).ToArray();
        await run.Moment(60);
        cut(network, silo, others);
        load.SendOpenAgain();
        await run.UntilMember(DeadMember, DeathVote);
        load.SendOpenAgain();
        var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"silo {silo}: voted dead, whatever was open was taken {settled.TotalSeconds:0.0} s later"));
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        heal(network, silo, others);
        await run.UntilEnded(run.Silos[silo - 1], ClusterRun.HealsWithin);
        await run.StartEnded();
    });

    static async Task InNetwork(string name, Func<ClusterRun, SiloNetwork, Load, Task> faults)
    {
        var place = await ClusterRun.NewPlace();
        using var network = new SiloNetwork(3);
        // PostgreSQL serves on the loop-back address alone.
        await using var line = new TcpProxy(network.Host, new NpgsqlConnectionStringBuilder(place.ConnectionString).Port);
        var db = new NpgsqlConnectionStringBuilder(place.ConnectionString) { Host = network.Host.ToString(), Port = line.Port }.ConnectionString;
        await using var run = await ClusterRun.Begin(new ClusterSetUp(name, place, 3, (number, shape) => new([.. shape.Options,
            "--listen", $"{network.AddressOf(number)}", "--advertise", $"{network.AddressOf(number)}"])
        {
            Host = $"{network.AddressOf(number)}", Behind = network.Behind(number), Store = ["--db", db],
        }));
        await using var load = run.NewLoad(connections: 3);
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        await faults(run, network, load);
        await run.ShouldHold(load);
    }
}
