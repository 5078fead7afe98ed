// What every run with several silos has: a database, silos, a world on the machine's clock, a client's log, and the judgement at the end.
using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Crash.Tests.Checking;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests;

/// <summary>How a cluster is put up for a run.</summary>
/// <param name="ShapeOf">What silo number n is told besides the cluster's name and its ports; null: nothing.</param>
public sealed record ClusterSetUp(string Name, PostgresPlace Place, int Count = 3, Func<int, ServerShape, ServerShape>? ShapeOf = null)
{
    /// <summary>Whether partners with invoiced subscriptions are defined in it: what <see cref="ClusterRun.NewLoad"/> sends usage of.</summary>
    public bool HasWorld { get; init; } = true;
}

/// <summary>The same BILLING_SEED makes the same events and the same choices; what the machine makes of them differs.</summary>
public sealed class ClusterRun : IAsyncDisposable
{
    /// <summary>What silos are told, so that they find each other.</summary>
    public const string ClusterName = "faults";

    const long Hour = 3_600_000_000;
    const int DeadMember = 6;
    static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(120);
    // A silo that hangs is asked with longer and longer time-outs before it is voted dead.
    static readonly TimeSpan DeathVote = TimeSpan.FromSeconds(40);
    static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("BILLING_SEED"), CultureInfo.InvariantCulture, out var given)
        ? given : (int)(Stopwatch.GetTimestamp() & 0xFFFFFF);

    readonly string folder = Directory.CreateTempSubdirectory("billing-cluster-").FullName;
    readonly long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    readonly List<string> told = [];
    readonly ClusterSetUp setUp;
    readonly Dictionary<ServerProcess, int> ports = [];

    ClusterRun(ClusterSetUp setUp)
    {
        this.setUp = setUp;
        World = new World(partners: 4, customersOfEach: 2, subscriptionsOfEach: 8, Since);
        Log = new ClientLog(Path.Combine(folder, "client.log"));
        Silos = [.. Enumerable.Range(1, setUp.Count).Select(NewSilo)];
    }

    public static TimeSpan HealsWithin => TimeSpan.FromSeconds(60);

    /// <summary>What faults-and-security asks for: this long after a silo is gone, its subscriptions are taken up by others.</summary>
    public static TimeSpan TakenUpWithin => TimeSpan.FromSeconds(20);

    public static int Seed => Seeds;

    public Random Random { get; } = new(Seeds);
    public World World { get; }
    public ClientLog Log { get; }
    public IReadOnlyList<ServerProcess> Silos { get; }
    public PostgresPlace Place => setUp.Place;

    /// <summary>When everything in the world begins: three days ago.</summary>
    public string Since => UsageEvent.TimeText(now - (72 * Hour));

    public CancellationToken Cancel { get; } = TestContext.Current.CancellationToken;

    /// <summary>All silos up and ready, with the world defined.</summary>
    public static async Task<ClusterRun> Begin(ClusterSetUp setUp)
    {
        var run = new ClusterRun(setUp);
        try
        {
            foreach (var silo in run.Silos) silo.Launch();
            foreach (var silo in run.Silos) await silo.UntilReady(run.Cancel);
            if (!setUp.HasWorld) return run;
            using var api = new Api(run.Silos[0].Address) { AsksAgain = true };
            await run.World.Define(api, run.Log, run.Cancel);
            return run;
        }
        catch
        {
            Console.WriteLine(run.Said());
            await run.DisposeAsync();
            throw;
        }
    }

    public static async Task<ClusterRun> Begin(string name) => await Begin(new ClusterSetUp(name, await NewPlace()));

    public static async Task<PostgresPlace> NewPlace() => await PostgresPlace.Create(await OrleansBilling.TestSupport.PostgresServer.Get());

    /// <summary>One more silo of the cluster, not started.</summary>
    public ServerProcess NewSilo(int number)
    {
        var port = OrleansBilling.TestSupport.FreePort.Next();
        var shape = new ServerShape(["--cluster-id", ClusterName, "--silo-port", Text(port), "--gateway-port", Text(OrleansBilling.TestSupport.FreePort.Next())]);
        var silo = new ServerProcess(setUp.Place, setUp.ShapeOf?.Invoke(number, shape) ?? shape);
        ports[silo] = port;
        return silo;
    }

    /// <summary>Usage of the last two days, from connections to every one of the addresses; to all silos without them.</summary>
    public Load NewLoad(IReadOnlyList<Uri>? addresses = null, int connections = 3, int copies = 1) =>
        new(World, Log, addresses ?? [.. Silos.Select(silo => silo.Address)], (now - (48 * Hour), now - Hour), Seeds, connections)
        {
            Copies = copies, Circumstances = () => Said(),
        };

    public ServerProcess AnySilo() => Silos[Random.Next(Silos.Count)];

    /// <summary>A moment nobody chose.</summary>
    public Task Moment(int millisecondsMax) => Task.Delay(Random.Next(millisecondsMax), Cancel);

    /// <summary>
    /// As whoever supervises processes does: what has ended is started again. So too what ends while it starts: on a machine without processor time
    /// for it a silo may be voted dead before it is alive, and ends itself as it has to.
    /// </summary>
    public async Task StartEnded()
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            foreach (var silo in Silos.Where(silo => !silo.IsRunning)) silo.Launch();
            await Until(async () => Silos.Any(silo => !silo.IsRunning) || await AreReady(), "all silos to be ready", StartWithin);
            if (Silos.All(silo => silo.IsRunning)) return;
            Tell("a silo ended while it started");
            if (Stopwatch.GetElapsedTime(began) > StartWithin) throw new TimeoutException($"No cluster in {StartWithin}.\n{Said()}");
        }
    }

    /// <summary>States of the members in the table, by number: 3 is active, 6 is dead.</summary>
    public async Task<IReadOnlyList<int>> MemberStates()
    {
        await using var connection = await Place.Open(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "select status from cluster_members order by start_time";
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var states = new List<int>();
        while (await reader.ReadAsync(Cancel)) states.Add(reader.GetInt32(0));
        return states;
    }

    /// <summary>Waits until the others have voted a silo dead; of several, any one of them.</summary>
    public Task UntilVotedDead(params ServerProcess[] silos) => Until(async () =>
    {
        foreach (var silo in silos)
            if (await IsVotedDead(silo)) return true;
        return false;
    }, "a silo to be voted dead", DeathVote);

    /// <summary>Waits until a silo no longer says that it can work.</summary>
    public Task UntilNotReady(ServerProcess silo, TimeSpan within) => Until(async () => !await silo.IsReady(Cancel), "a silo that is not ready", within);

    /// <summary>Waits until a silo has ended by itself, as one does that finds out that it was voted dead; of several, any one of them.</summary>
    public Task UntilEnded(params ServerProcess[] silos) => Until(() => Task.FromResult(silos.Any(silo => !silo.IsRunning)), "a silo to end itself", HealsWithin);

    /// <summary>Ends the load with every event acknowledged, asks a silo for live usage, kills all, and has log and database checked.</summary>
    public async Task ShouldHold(Load load)
    {
        await load.Drain(HealsWithin, Cancel);
        load.Surprises.ShouldBeEmpty($"{this}");
        using var api = new Api(Silos.First(silo => silo.IsRunning).Address) { AsksAgain = true };
        string[] periods = [.. new[] { now - (48 * Hour), now }.Select(time => UsageEvent.TimeText(time + (3 * Hour))[..7]).Distinct()];
        var live = await UsageChecker.Ask(api, World, periods, Cancel);
        foreach (var silo in Silos) await silo.Kill();
        Log.Dispose();
        await using var connection = await Place.Open(Cancel);
        var findings = await Checker.Check(Log.Path, connection, live, Cancel);
        Tell($"{load.Acknowledged} events, {load.Unavailable} times 503, {load.Broken} answers broken off, streams lost to another silo {Silos.Sum(silo => silo.LostStreams)} times");
        Console.WriteLine(this);
        findings.All.ShouldBeEmpty($"{this}\n{findings}\n{Said()}");
    }

    public void Tell(string what) => told.Add(what);

    public string Said() => string.Join('\n', Silos.Select((silo, index) => $"Silo {index + 1} said:\n{silo.Said}"));

    public override string ToString() => $"{setUp.Name}, BILLING_SEED={Seeds}: {string.Join("; ", told)}";

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos) await silo.DisposeAsync();
        Log.Dispose();
        Directory.Delete(folder, recursive: true);
        await setUp.Place.DisposeAsync();
    }

    async Task Until(Func<Task<bool>> condition, string what, TimeSpan within)
    {
        for (var began = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50, Cancel))
            if (Stopwatch.GetElapsedTime(began) > within) throw new TimeoutException($"Waited {within} for {what}.\n{Said()}");
    }

    async Task<bool> AreReady()
    {
        foreach (var silo in Silos)
            if (!await silo.IsReady(Cancel)) return false;
        return true;
    }

    // Its newest membership: it has one for every start.
    async Task<bool> IsVotedDead(ServerProcess silo)
    {
        await using var connection = await Place.Open(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"select status from cluster_members where port = {Text(ports[silo])} order by generation desc limit 1";
        return await command.ExecuteScalarAsync(Cancel) is DeadMember;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
