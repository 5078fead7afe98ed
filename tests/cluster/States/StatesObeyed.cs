// What the operator or dunning sets on a party is obeyed by every process within a second, and so is its end (domain 1.1, 1.4, 1.5).
using System.Diagnostics;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests.States;

/// <summary>
/// Real processes on one PostgreSQL: with the embedded engine three servers, with Orleans three silos and the API's own program. Each change is made through
/// another of them, and all of them are asked at the same time, again and again, until the last one obeys. Measured is until the first request that was
/// obeyed was sent, so a slow answer of a busy machine counts for nothing; what else a busy machine does is told by a witness (<see cref="Waits"/>).
/// </summary>
public sealed class StatesObeyed
{
    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(25);
    static readonly TimeSpan AtLast = TimeSpan.FromSeconds(60);
    const int Rounds = 2;
    const int Terminations = 4;
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly List<Wait> waits = [];
    int turn;

    [Fact]
    public async Task what_is_set_by_hand_or_by_dunning_and_its_end_is_obeyed_by_every_process_within_a_second()
    {
        await using var fleet = await Fleet.Begin(cancel);
        await using var witness = new Witness();
        using var parties = new Parties(fleet.Processes, cancel);
        await parties.Define();
        // A limited, restricted or frozen party goes on using what it has and buys nothing new.
        foreach (var action in new[] { "limit", "restrict", "freeze" }) await SetAndLifted(action, parties, process => parties.Sells(action, process), true);
        foreach (var action in new[] { "disable", "suspend" }) await SetAndLifted(action, parties, process => parties.Uses(action, process), false);
        for (var n = 0; n < Terminations; n++) await Terminated($"t-{n}", n % 2 == 0, parties);
        for (var n = 0; n < Terminations; n++) await Uses($"t-{n}", false, parties);
        Console.WriteLine($"{waits.Count} changes of states, the slowest: {waits.MaxBy(wait => wait.Obeyed)}");
        Waits.Faults(waits).ShouldBeEmpty();

        async Task SetAndLifted(string action, Parties of, Func<int, Task<bool?>> allows, bool goesOn)
        {
            await of.Partner(action, action);
            for (var round = 0; round < Rounds; round++)
            {
                await Changed($"{action} by hand", by => of.By(by).Post($"/v1/partners/{action}/{action}", new { }, cancel), allows, false, fleet.Processes, witness);
                await Changed($"{action} taken back", by => of.By(by).Post($"/v1/partners/{action}/resume", new { }, cancel), allows, true, fleet.Processes, witness);
            }

            var document = "";
            await Changed($"{action} by dunning", async by => document = await of.Owes(action, by), allows, false, fleet.Processes, witness);
            for (var round = 0; round < Rounds; round++)
            {
                await Changed($"{action}: paid", by => of.Pays(action, $"{action}-{round}", document, by), allows, true, fleet.Processes, witness);
                await Changed($"{action}: the payment came back", by => of.By(by).Post($"/v1/payments/{action}-{round}/reverse", new { reason = "bounced" }, cancel), allows, false,
                    fleet.Processes, witness);
            }

            await Uses(action, goesOn, of);
        }

        async Task Terminated(string id, bool byHand, Parties of)
        {
            await of.Partner(id, "terminate");
            await Changed("terminated by " + (byHand ? "hand" : "dunning"), by => byHand ? of.By(by).Post($"/v1/partners/{id}/terminate", new { }, cancel) : of.Owes(id, by),
                process => of.Uses(id, process), false, fleet.Processes, witness);
        }

        async Task Uses(string id, bool wanted, Parties of)
        {
            for (var process = 0; process < fleet.Processes.Count; process++) (await of.Uses(id, process)).ShouldBe(wanted, $"{id}, process {process}");
        }
    }

    // A command through the next process, and how long it takes until all of them do what is wanted.
    async Task Changed(string what, Func<int, Task> command, Func<int, Task<bool?>> asked, bool wanted, IReadOnlyList<ServerProcess> processes, Witness witness)
    {
        var by = turn++ % processes.Count;
        await command(by);
        var began = Stopwatch.GetTimestamp();
        witness.LatestTurn();
        var obeyed = await Task.WhenAll(Enumerable.Range(0, processes.Count).Select(async process =>
        {
            while (true)
            {
                var at = Stopwatch.GetElapsedTime(began);
                if (await asked(process) == wanted) return at;
                at.ShouldBeLessThan(AtLast, $"{what}, not obeyed by process {process}:\n{processes[process].Said}");
                await Task.Delay(Breath, cancel);
            }
        }));
        waits.Add(new Wait($"{what} (process {by})", obeyed.Max(), witness.LatestTurn()));
    }
}
