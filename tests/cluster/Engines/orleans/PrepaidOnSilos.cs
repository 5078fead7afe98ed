// Prepaid money while silos die, hang, are cut off or are active twice (I3 under F1, F2, F4, F5, F6 and F8): judged from journal and client's log by the simulator's auditor.
using OrleansBilling.Crash.Tests.Prepaid;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests;

/// <summary>Wallets run dry all the time: a purse that is spent twice, or a grant that is lost, shows.</summary>
public sealed class PrepaidOnSilos
{
    const int Some = 150;
    const int RoundsMax = 20;
    static readonly TimeSpan DecidedWithin = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task F1_F2_F4_F6_F8_no_wallet_spends_a_cent_too_much_whatever_happens_to_silos()
    {
        await using var parted = await NetworkedRun.Begin("prepaid on silos that fail", 3, hasWorld: false);
        var (run, network) = (parted.Run, parted.Network);
        await using var prepaid = new PrepaidRun(run.Place, run.Silos, ClusterRun.Seed);
        await prepaid.Start();
        Func<int, Task>[] faults =
        [
            async silo => await run.Silos[silo - 1].Kill(),
            async _ => await Task.WhenAll(run.Silos.Select(silo => silo.Kill())),
            async silo => await Away(silo, () => run.Silos[silo - 1].Pause(), () => run.Silos[silo - 1].Continue()),
            async silo => await Away(silo, () => { network.Part(silo, Others(silo)); return Task.CompletedTask; }, () => { network.Join(silo, Others(silo)); return Task.CompletedTask; }),
            async silo => await Away(silo, () => { network.PullCable(silo); return Task.CompletedTask; }, () => { network.PlugIn(silo); return Task.CompletedTask; }),
        ];
        for (var round = 0; round < FaultLengths.Times(1, 10); round++)
        {
            foreach (var fault in faults.OrderBy(_ => run.Random.Next()))
            {
                await prepaid.Reach(Some, DecidedWithin);
                await run.Moment(60);
                await fault(run.Random.Next(run.Silos.Count) + 1);
                await run.StartEnded();
            }
        }
        await ShouldHold(run, prepaid, run.Silos);

        int[] Others(int silo) => [.. Enumerable.Range(1, run.Silos.Count).Where(other => other != silo)];

        // Gone for the others, who go on without it; when it is back, it has to find out and end itself.
        async Task Away(int silo, Func<Task> goes, Func<Task> returns)
        {
            await goes();
            await run.UntilVotedDead(run.Silos[silo - 1]);
            // As clients do that hear nothing from one address; it has work of theirs left for when it wakes up.
            prepaid.Ask([.. Others(silo).Select(other => run.Silos[other - 1])]);
            await prepaid.Reach(Some, DecidedWithin);
            prepaid.Ask(run.Silos);
            await returns();
            await run.UntilEnded(run.Silos[silo - 1]);
        }
    }

    [Fact]
    public async Task F5_two_activations_of_every_wallet_and_subscription_spend_no_cent_too_much()
    {
        await using var run = await ClusterRun.Begin(SecondActivations.TwoClusters("prepaid, everything active twice", await ClusterRun.NewPlace()) with { HasWorld = false });
        await using var prepaid = new PrepaidRun(run.Place, run.Silos, ClusterRun.Seed);
        await prepaid.Start();
        await prepaid.Reach(FaultLengths.Times(10, 100) * Some, TimeSpan.FromMinutes(FaultLengths.Times(3, 30)));
        var (first, second) = (run.Silos.Take(2).ToList(), run.Silos.Skip(2));
        var lost = run.Silos.Sum(silo => silo.LostStreams);
        lost.ShouldBeGreaterThan(0, "Nobody met a second activation.");
        // The auditor asks for a state of rest, and two clusters at a time never come to it.
        foreach (var silo in second) await silo.Kill();
        await ShouldHold(run, prepaid, first);
    }

    static async Task ShouldHold(ClusterRun run, PrepaidRun prepaid, IReadOnlyList<ServerProcess> silos)
    {
        prepaid.Ask(silos);
        for (var round = 0; !prepaid.DidAll && round < RoundsMax; round++) await prepaid.Reach(Some, DecidedWithin);
        var findings = await prepaid.Judge();
        run.Tell($"{prepaid.Answered} requests decided, {prepaid.Done}, streams lost to another silo {run.Silos.Sum(silo => silo.LostStreams)} times");
        Console.WriteLine(run);
        prepaid.DidAll.ShouldBeTrue($"{run}");
        findings.All.ShouldBeEmpty($"{run}\n{findings}\n{run.Said()}");
    }
}
