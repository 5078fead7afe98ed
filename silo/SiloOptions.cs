// What can be said to the process on its command line.
using System.CommandLine;
using System.Net;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Hosting;
using OrleansBilling.ClientApi.Notifications;
using OrleansBilling.Silo.Operating;
using OrleansBilling.Silo.Proving;
using OrleansBilling.Storage;

namespace OrleansBilling.Silo;

/// <summary>The options, read.</summary>
public sealed record SiloOptions(int Port, string Data, string? Db, bool ManualClock)
{
    /// <summary>Where the facts are kept.</summary>
    public StorageOptions Storage => Db is null ? new() { SqliteFolder = Data, CrashPoints = CrashPoints }
        : new() { PostgresConnectionString = Db, CrashPoints = CrashPoints };

    /// <summary>The address on which HTTP is served.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>Its place among other silos; null: it is alone.</summary>
    public ClusterPlace? Cluster { get; init; }

    /// <summary>Receivers of notifications that may lie inside.</summary>
    public WebhookHosts WebhookHosts { get; init; } = WebhookHosts.None;

    /// <summary>Where this process kills itself, by BILLING_CRASH_AT.</summary>
    public CrashPoints CrashPoints { get; init; } = CrashPoints.None;

    /// <summary>Parses and runs; answers the exit code. Faults and --help are printed by the parser.</summary>
    public static Task<int> Run(string[] args, TimeProvider time, Func<SiloOptions, CancellationToken, Task<int>> run)
    {
        var at = new ListenOptions();
        var data = new Option<string>("--data") { Description = "Folder of the SQLite store.", DefaultValueFactory = _ => "data" };
        var db = DbOption.Of("PostgreSQL connection string; without it, SQLite in --data.");
        var clock = new Option<string>("--clock") { Description = "system, or manual: a sandbox clock moved by POST /v1/clock/advance.",
            DefaultValueFactory = _ => "system" };
        clock.AcceptOnlyFromAmong("system", "manual");
        var hosts = WebhookHostsOption.Create();
        var root = new RootCommand("OrleansBilling: usage in, one consolidated invoice out.") { at.Port, at.Listen, data, db, clock, hosts };
        var cluster = new ClusterArguments();
        cluster.AddTo(root, at.Port, db, clock);
        root.SetAction((parsed, cancel) => run(
            new SiloOptions(parsed.GetValue(at.Port), parsed.GetValue(data)!, parsed.GetValue(db), parsed.GetValue(clock) == "manual")
            {
                Listen = at.Read(parsed).Address,
                Cluster = cluster.Read(parsed),
                WebhookHosts = WebhookHosts.Of(parsed.GetValue(hosts)),
            }, cancel));
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(MigrateCommand.Create());
        root.Subcommands.Add(HealthCommand.Create());
        foreach (var command in CopyCommands.All(time).Concat(ArchiveCommands.All(time)))
            root.Subcommands.Add(command);
        return Invoke(root.Parse(args));
    }

    // What is said wrongly to a command must not look like something that does not hold.
    private static async Task<int> Invoke(ParseResult parsed)
    {
        // Without it the parser ends the process two seconds after SIGTERM, in the middle of the hand-over.
        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Limits.StopTimeout });
        return parsed.Errors.Count > 0 && parsed.CommandResult.Command is not RootCommand ? VerifyCommand.CouldNotRun : code;
    }
}
