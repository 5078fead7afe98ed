// PostgreSQL fails under three silos: stopped at once and started again, connections killed, out of reach of one of them, slow (F7, F11, F12, F16, F22).
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Cluster.Tests;

public sealed class DatabaseFaults
{
    const int RefusalsWanted = 16;
    const int ActiveMember = 3;
    const double Goodput = 0.8;
    const int WindowsMax = 15;
    const long MemoryMax = 1_500_000_000;
    static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(40);
    static readonly TimeSpan Flush = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(60);

    [Fact]
    public async Task F11_F22_silos_answer_503_while_PostgreSQL_is_stopped_and_go_on_when_it_is_back_however_many_ask_again()
    {
        // Its data has to survive: with the log on disk before a commit is answered.
        await using var postgres = await PostgresServer.Start(["fsync=on"]);
        await using var run = await ClusterRun.Begin(new ClusterSetUp("PostgreSQL stopped", await PostgresPlace.Create(postgres)));
        await using var load = run.NewLoad(connections: 12);
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        var before = await Rate(load, run.Cancel);
        for (var cycle = 0; cycle < 2; cycle++)
        {
            await run.Moment(100);
            await postgres.StopImmediately();
            await load.Refuse(load.Unavailable + RefusalsWanted, ClusterRun.HealsWithin, run.Cancel);
            // Clients that lose patience: everything that is open is asked again and again, on every connection.
            for (var storm = 0; storm < 100; storm++)
            {
                load.SendOpenAgain();
                await Task.Delay(50, run.Cancel);
            }
            await postgres.StartAgain();
            var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
            run.Tell(string.Create(CultureInfo.InvariantCulture, $"whatever was open was taken {settled.TotalSeconds:0.0} s after the database's start"));
        }
        var after = await Recovered(load, before, run.Cancel);
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{before:0} events/s before, {after:0} after two storms of requests"));
        after.ShouldBeGreaterThan(Goodput * before, "The storm is over: what it left behind must not weigh on the silos.");
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F12_connections_that_are_killed_again_and_again_lose_nothing_and_double_nothing()
    {
        await using var run = await ClusterRun.Begin("backends killed");
        await using var load = run.NewLoad();
        for (var cycle = 0; cycle < 15; cycle++)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(1, 500), ClusterRun.HealsWithin, run.Cancel);
            await run.Moment(40);
            await run.Place.KillBackends();
        }
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F7_a_silo_that_alone_does_not_reach_PostgreSQL_acknowledges_nothing_of_its_own_and_goes_on_later()
    {
        var place = await ClusterRun.NewPlace();
        await using var line = new TcpProxy(IPAddress.Loopback, new NpgsqlConnectionStringBuilder(place.ConnectionString).Port);
        var throughLine = new NpgsqlConnectionStringBuilder(place.ConnectionString) { Port = line.Port }.ConnectionString;
        await using var run = await ClusterRun.Begin(new ClusterSetUp("one silo without PostgreSQL", place, 3,
            (number, shape) => number == 3 ? shape with { Store = ["--db", throughLine] } : shape));
        await using var load = run.NewLoad();
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        line.Cut();
        var refused = load.Unavailable;
        for (var storm = 0; storm < 100; storm++)
        {
            load.SendOpenAgain();
            await Task.Delay(150, run.Cancel);
        }
        load.Unavailable.ShouldBeGreaterThan(refused, "Subscriptions of the silo that is cut off cannot be written.");
        var memory = Memory(run.Silos[2].ProcessId);
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{load.Unavailable - refused} times 503 in 15 s, the silo had {memory / 1_000_000} MB"));
        memory.ShouldBeLessThan(MemoryMax);
        line.Heal();
        var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"whatever was open was taken {settled.TotalSeconds:0.0} s after it was there again"));
        await run.StartEnded();
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F16_a_disk_that_takes_half_a_second_for_each_flush_slows_the_silos_down_and_breaks_nothing()
    {
        // Its own: what is held up here may hold others up too.
        await using var postgres = await PostgresServer.Start(["fsync=on"]);
        await using var run = await ClusterRun.Begin(new ClusterSetUp("a slow disk", await PostgresPlace.Create(postgres)));
        await using var load = run.NewLoad(connections: 12);
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        var before = await Rate(load, run.Cancel);
        var (began, events) = (Stopwatch.GetTimestamp(), load.Acknowledged);
        while (Stopwatch.GetElapsedTime(began) < SlowFor)
        {
            // As processes do whose disk does not answer: they wait, and whoever waits for them waits.
            var backends = await postgres.StopBackends(run.Place.ConnectionString);
            await Task.Delay(Flush, run.Cancel);
            PostgresServer.ContinueBackends(backends);
            await Task.Delay(Breath, run.Cancel);
        }
        var slow = (load.Acknowledged - events) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        var memory = run.Silos.Max(silo => Memory(silo.ProcessId));
        (await run.MemberStates()).Count(state => state == ActiveMember).ShouldBe(3, "Who waits for the disk is not dead.");
        await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        var after = await Recovered(load, before, run.Cancel);
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{before:0} events/s before, {slow:0} while the disk was slow, {after:0} after; a silo had at most {memory / 1_000_000} MB"));
        slow.ShouldBeGreaterThan(0, "What waits is taken in the end.");
        memory.ShouldBeLessThan(MemoryMax);
        after.ShouldBeGreaterThan(Goodput * before, "The disk is quick again: so are the silos.");
        await run.ShouldHold(load);
    }

    // The first window in which as much is done again, or the best of a minute. What has collapsed stays so after its cause is gone, while one
    // window may meet anything else that this machine does.
    static async Task<double> Recovered(Load load, double before, CancellationToken cancel)
    {
        var best = 0.0;
        for (var window = 0; window < WindowsMax && best <= Goodput * before; window++)
            best = Math.Max(best, await Rate(load, cancel));
        return best;
    }

    static async Task<double> Rate(Load load, CancellationToken cancel)
    {
        var (began, events) = (Stopwatch.GetTimestamp(), load.Acknowledged);
        await Task.Delay(TimeSpan.FromSeconds(4), cancel);
        return (load.Acknowledged - events) / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    static long Memory(int process)
    {
        using var asked = Process.GetProcessById(process);
        return asked.WorkingSet64;
    }
}
