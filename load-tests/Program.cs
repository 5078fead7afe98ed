// The commands of the load tests.
using System.CommandLine;
using OrleansBilling.LoadTests.Baselines;
using OrleansBilling.LoadTests.Bench;
using OrleansBilling.LoadTests.Cluster;
using OrleansBilling.LoadTests.Crash;
using OrleansBilling.LoadTests.Live;
using OrleansBilling.LoadTests.Traffic;

var quick = new Option<bool>("--quick") { Description = "Smaller figures, under 50 seconds in all." };
var only = new Option<string>("--only") { Description = $"Some of {string.Join(',', BenchPlan.Known)}, with commas.", DefaultValueFactory = _ => "" };
var rounds = new Option<int?>("--rounds") { Description = "Measured rounds of each workload and baseline." };
rounds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int?>() is < 1 or > 100)
        result.AddError("--rounds is a number from 1 to 100.");
});
only.Validators.Add(result =>
{
    foreach (var name in Names(result.GetValueOrDefault<string>()!).Except(BenchPlan.Known))
        result.AddError($"There is no \"{name}\": --only knows {string.Join(", ", BenchPlan.Known)}.");
});

var partners = Size("--partners", "W7: partners of the large close.", 50, 100_000);
var subscriptions = Size("--subscriptions", "W7: subscriptions of the large close; W8: subscriptions.", 10_000, 1_000_000);
var onePartner = Size("--one-partner", "W7: subscriptions of the close of one partner.", 10_000, 1_000_000);
var journaled = Size("--journaled", "W9: events that the journal is filled to before the kill; says what an event costs on the way.", 0, 200_000_000);

var everything = new Option<bool>("--everything") { Description = "Subscriptions with surcharges, packages, coupons, and fees that wallets pay." };

var bench = new Command("bench", "Measures the product and its baselines in one run, interleaved, and checks every round.")
{
    quick, only, everything, rounds, partners, subscriptions, onePartner, journaled,
};
bench.SetAction((parsed, cancel) =>
{
    var plan = BenchPlan.Of(parsed.GetValue(quick), Names(parsed.GetValue(only)!), parsed.GetValue(rounds), parsed.GetValue(everything)) with
    {
        Sizes = new Sizes(parsed.GetValue(partners), parsed.GetValue(subscriptions), parsed.GetValue(onePartner),
            parsed.GetValue(journaled)),
    };
    return new BenchRun(plan, $"./bench {string.Join(' ', args.Skip(1))}".TrimEnd()).Run(cancel);
});
var selfTest = new Command("selftest", "Runs a small load and plants faults in the journal: the checker must catch each of them.");
selfTest.SetAction((_, cancel) => SelfTest.Run(cancel));
bench.Subcommands.Add(selfTest);
var live = new Command("live", "Reads the live usage of a partner with 10,000 subscriptions, at rest and under load: p99 and lag.");
live.SetAction((_, cancel) => LiveBench.Run(cancel));
bench.Subcommands.Add(live);
var port = new Argument<int>("port");
var kestrel = new Command("kestrel", "The bare web server of baseline B4; started by bench.") { port };
kestrel.Hidden = true;
kestrel.SetAction((parsed, cancel) => BareKestrel.Serve(parsed.GetValue(port), cancel));
var root = new RootCommand("Load tests of OrleansBilling.") { bench, kestrel, CrashCommand.Create(), ClusterCommand.Create() };
foreach (var command in TrafficCommand.All()) root.Subcommands.Add(command);
// A server that was started has to end cleanly.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });

static Option<int> Size(string name, string description, int usual, int most)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var given && (given < Math.Min(1, usual) || given > most))
            result.AddError($"{name} is a number from {Math.Min(1, usual)} to {most}.");
    });
    return option;
}

static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
