// PostgreSQL fails under three silos: stopped at once and started again, connections killed, out of reach of one of them, slow (F7, F11, F12, F16, F22).
using System.Diagnostics;
using System.Globalization;
using System.Net;
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
    static readonly TimeSpan SlowFor = FaultLengths.Seconds(40, 120);
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
        for (var cycle = 0; cycle < FaultLengths.Times(2, 20); cycle++)
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
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{before} before, {after} after the storms of requests"));
        after.IsAsGoodAs(before).ShouldBeTrue("The storm is over: what it left behind must not weigh on the silos.");
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F12_connections_that_end_at_commit_or_at_any_moment_lose_nothing_and_double_nothing()
    {
        var place = await ClusterRun.NewPlace();
        await using var line = new TcpProxy(IPAddress.Loopback, place.ConnectionString);
        await using var run = await ClusterRun.Begin(new ClusterSetUp("connections end", place, 3, (_, shape) => shape with { Store = ["--db", line.ConnectionString] }));
        await using var load = run.NewLoad();
        var ended = new Dictionary<string, int>();
        for (var cycle = 0; cycle < FaultLengths.Times(30, 300); cycle++)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(1, 500), ClusterRun.HealsWithin, run.Cancel);
            await run.Moment(40);
            Fate? fate = run.Random.Next(3) switch { 0 => Fate.AnswerLost, 1 => Fate.CommitLost, _ => null };
            if (fate is { } atCommit) await line.EndAtCommit(atCommit).WaitAsync(ClusterRun.HealsWithin, run.Cancel);
            else await run.Place.KillBackends();
            var what = fate?.ToString() ?? "all killed";
            ended[what] = ended.GetValueOrDefault(what) + 1;
        }
        run.Tell(string.Join(", ", ended.Select(one => $"{one.Key} {one.Value} times")));
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F7_a_silo_that_alone_does_not_reach_PostgreSQL_acknowledges_nothing_of_its_own_and_goes_on_later()
    {
        var place = await ClusterRun.NewPlace();
        await using var line = new TcpProxy(IPAddress.Loopback, place.ConnectionString);
        await using var run = await ClusterRun.Begin(new ClusterSetUp("one silo without PostgreSQL", place, 3,
            (number, shape) => number == 3 ? shape with { Store = ["--db", line.ConnectionString] } : shape));
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
        (await run.Silos[2].IsReady(run.Cancel)).ShouldBeFalse("Whoever spreads requests has to know that this one cannot work.");
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
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{before} before, {slow:0} events/s while the disk was slow, {after} after; a silo had at most {memory / 1_000_000} MB"));
        slow.ShouldBeGreaterThan(0, "What waits is taken in the end.");
        memory.ShouldBeLessThan(MemoryMax);
        after.IsAsGoodAs(before).ShouldBeTrue("The disk is quick again: so are the silos.");
        await run.ShouldHold(load);
    }

    // The first window that is as good again, or the last of a minute. What has collapsed stays so after its cause is gone, while one window may
    // meet anything else that this machine does.
    static async Task<Window> Recovered(Load load, Window before, CancellationToken cancel)
    {
        for (var window = 1; ; window++)
            if (await Rate(load, cancel) is var after && (window == WindowsMax || after.IsAsGoodAs(before))) return after;
    }

    static async Task<Window> Rate(Load load, CancellationToken cancel)
    {
        var (began, events) = (Stopwatch.GetTimestamp(), load.Acknowledged);
        await Task.Delay(TimeSpan.FromSeconds(4), cancel);
        return new Window((load.Acknowledged - events) / Stopwatch.GetElapsedTime(began).TotalSeconds, load.Durations(since: began));
    }

    // What some seconds were like: how much was done, and how long one request in a hundred took at least.
    sealed record Window(double EventsPerSecond, IReadOnlyList<TimeSpan> Durations)
    {
        const int TimesAsLong = 2;

        public TimeSpan P99 => Durations.Count == 0 ? TimeSpan.MaxValue : Durations.Order().ElementAt((Durations.Count - 1) * 99 / 100);

        public bool IsAsGoodAs(Window before) => EventsPerSecond > Goodput * before.EventsPerSecond && P99 < TimesAsLong * before.P99;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{EventsPerSecond:0} events/s with p99 {P99.TotalMilliseconds:0} ms");
    }

    static long Memory(int process)
    {
        using var asked = Process.GetProcessById(process);
        return asked.WorkingSet64;
    }
}
