// cluster: silos that are killed under load, or compared with the embedded engine, as one command.
using System.CommandLine;

namespace OrleansBilling.LoadTests.Cluster;

static class ClusterCommand
{
    const int ConnectionsByDefault = 16;

    public static Command Create()
    {
        var silos = Number("--silos", "Silos, each a process.", 3, 1, 9);
        var seconds = Number("--seconds", "How long the load goes on.", 60, 1, 100_000);
        var killEvery = Number("--kill-every", "Seconds between two kill -9 of a silo; 0: none. It is started again halfway to the next.", 20, 0, 10_000);
        var connections = Number("--connections", "Clients, each with one request under way.", ConnectionsByDefault, 1, 1_000);
        var engine = new Option<string>("--engine") { Description = "embedded (one silo) or orleans.", DefaultValueFactory = _ => "orleans" };
        engine.AcceptOnlyFromAmong("embedded", "orleans");
        var program = new Option<FileInfo>("--program") { Description = "OrleansBilling.Silo.dll, such as one that was compiled ahead. Without it: the Release build." };
        program.AcceptExistingOnly();
        var command = new Command("cluster", "Runs W1z on several silos, kills one again and again, and has the journal checked.")
        {
            silos, seconds, killEvery, connections, engine, program,
        };
        command.SetAction((parsed, cancel) =>
        {
            var plan = new KillPlan(parsed.GetValue(engine)!, parsed.GetValue(silos), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(killEvery)), parsed.GetValue(connections), parsed.GetValue(program)?.FullName);
            return Fault(plan) is { } fault ? Refuse(fault) : Told(new KillRun(plan).Run(cancel), cancel);
        });
        command.Subcommands.Add(Speed());
        return command;
    }

    static string? Fault(KillPlan plan) => plan switch
    {
        { Engine: "embedded", Silos: > 1 } => "The embedded engine is one silo: say --silos 1.",
        { Silos: 1, KillEvery.Ticks: > 0 } => "With one silo nobody takes over: say --kill-every 0.",
        _ => null,
    };

    static async Task<int> Refuse(string fault)
    {
        await Console.Error.WriteLineAsync(fault);
        return 2;
    }

    // A time-out on the way is a cancellation, which the command line would end without a word.
    static async Task<int> Told(Task<int> run, CancellationToken cancel)
    {
        try
        {
            return await run;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException("A server or the database did not answer in time.", late);
        }
    }

    static Command Speed()
    {
        var rounds = Number("--rounds", "Measured rounds of each workload.", 4, 1, 100);
        var seconds = Number("--seconds", "Length of a round.", 5, 1, 1_000);
        var connections = Number("--connections", "Clients, each with one request under way.", ConnectionsByDefault, 1, 1_000);
        var command = new Command("speed", "W1z, W1u and W1h on the embedded engine, one silo and three silos, in turns.") { rounds, seconds, connections };
        command.SetAction((parsed, cancel) =>
            Told(new SpeedRun(parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(connections)).Run(cancel), cancel));
        return command;
    }

    static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var given && (given < least || given > most))
                result.AddError($"{name} is a number from {least} to {most}.");
        });
        return option;
    }
}
