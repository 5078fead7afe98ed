// What every run of this project has: a seed, a store, a server, a world, a client's log, and the judgement at the end.
using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Crash.Tests.Checking;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

// Half of a run is waiting for what is killed to start again. What is timed runs when nothing else does (Alone.cs).
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(OrleansBilling.TestSupport.PostgresDatabases))]

namespace OrleansBilling.Crash.Tests;

/// <summary>The same BILLING_SEED makes the same events and the same moments; what the machine makes of them differs.</summary>
public sealed class CrashRun : IAsyncDisposable
{
    static readonly int Seeds = Number("BILLING_SEED", (int)(Stopwatch.GetTimestamp() & 0xFFFFFF));

    readonly string folder = Directory.CreateTempSubdirectory("billing-crash-log-").FullName;
    readonly List<ServerProcess> servers = [];
    readonly List<TimeSpan> recoveries = [];
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string name;

    CrashRun(string name, StorePlace place, World world)
    {
        (this.name, Place, World) = (name, place, world);
        Log = new ClientLog(Path.Combine(folder, "client.log"));
        Random = new Random(Seeds);
        Server = NewServer();
    }

    public static TimeSpan HealsWithin => TimeSpan.FromSeconds(60);

    /// <summary>Of runs that have no world of their own.</summary>
    public static int NextSeed => Seeds;

    public int Seed => Seeds;
    public Random Random { get; }
    public StorePlace Place { get; }
    public World World { get; }
    public ClientLog Log { get; }
    public ServerProcess Server { get; }

    /// <summary>A server on an empty store, with its world defined.</summary>
    public static async Task<CrashRun> Begin(string name, StorePlace place, World world)
    {
        var run = new CrashRun(name, place, world);
        await run.Server.Start(run.cancel);
        using var api = new Api(run.Server.Address);
        await world.Define(api, run.Log, run.cancel);
        return run;
    }

    /// <summary>One more server on the same store.</summary>
    public ServerProcess NewServer()
    {
        var server = new ServerProcess(Place);
        servers.Add(server);
        return server;
    }

    /// <summary>How often to kill: BILLING_CRASH_CYCLES, or the default.</summary>
    public static int Cycles(int byDefault) => Number("BILLING_CRASH_CYCLES", byDefault);

    /// <summary>SIGKILL, start, and wait until a connection was acknowledged something again.</summary>
    public async Task KillAndStart(Load load)
    {
        await Server.Kill();
        var acknowledged = load.NextAcknowledgement();
        await Server.Start(cancel);
        recoveries.Add(await acknowledged.WaitAsync(HealsWithin, cancel));
    }

    /// <summary>The server kills itself at a point, again and again; after the last time it lives on. The first one is to be running.</summary>
    public async Task DieAt(IReadOnlyList<string> points, Load load)
    {
        await Server.Kill();
        foreach (var point in points)
        {
            Server.CrashAt = point;
            Server.Launch();
            await Server.Died(HealsWithin, cancel);
        }
        Server.CrashAt = null;
        var acknowledged = load.NextAcknowledgement();
        await Server.Start(cancel);
        recoveries.Add(await acknowledged.WaitAsync(HealsWithin, cancel));
    }

    /// <summary>A moment nobody chose: the fault falls where it falls in the server's work.</summary>
    public Task Moment(int millisecondsMax) => Task.Delay(Random.Next(millisecondsMax), cancel);

    /// <summary>Asks for live usage, ends the servers, and has log and database checked.</summary>
    public async Task ShouldHold(IReadOnlyList<string> periods)
    {
        using var api = new Api(Server.Address);
        var live = await UsageChecker.Ask(api, World, periods, cancel);
        foreach (var server in servers) await server.Kill();
        Log.Dispose();
        await using var connection = await Place.Open(cancel);
        var findings = await Checker.Check(Log.Path, connection, live, cancel);
        findings.All.ShouldBeEmpty($"{this}\n{findings}\nThe server said:\n{Server.Said}");
    }

    public void Tell(string more) => Console.WriteLine($"{this}{(more.Length == 0 ? "" : "; ")}{more}");

    public override string ToString() => $"{name}, BILLING_SEED={Seed}" + (recoveries.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $", {recoveries.Count} kills, first acknowledgement after {recoveries.Min().TotalSeconds:0.0} to {recoveries.Max().TotalSeconds:0.0} s"));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers) await server.DisposeAsync();
        Log.Dispose();
        Directory.Delete(folder, recursive: true);
        await Place.DisposeAsync();
    }

    static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
