// SIGKILL at random moments while periods are closed and late usage goes on coming in.
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Crash.Tests;

public sealed class KillDuringClose
{
    const int KillsPerMonth = 2;
    const int MomentMax = 700;
    const long Day = 86_400_000_000;
    static readonly string[] Points = ["close.sealed", "close.drafted", "close.numbered", "close.issued"];

    static readonly (string Month, string LastEvening, string Next)[] Months = [MonthAfter(0), MonthAfter(1), MonthAfter(2)];

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    int interrupted;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_close_that_is_killed_again_and_again_bills_everything_once(StoreKind kind)
    {
        await using var run = await CrashRun.Begin($"kill during a close on {kind}", await StorePlace.Create(kind), new World(partners: 30, customersOfEach: 1, subscriptionsOfEach: 4));
        var kills = CrashRun.Cycles(KillsPerMonth);
        foreach (var month in Months[..^1]) await Close(run, month, kills, late: true);
        // Nothing comes late to the last one: after it every single event has to stand on a document.
        await Close(run, Months[^1], kills: 1, late: false);
        interrupted.ShouldBeGreaterThan(0, "No kill fell into a close: the run has shown nothing.");
        run.Tell($"{interrupted} of {(kills * (Months.Length - 1)) + 1} kills fell into a close");
        // An activation forgets the live figures of sealed periods after 35 days.
        await run.ShouldHold([.. Months[1..].Select(month => month.Month)]);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_close_that_dies_after_each_of_its_steps_bills_everything_once(StoreKind kind)
    {
        await using var run = await CrashRun.Begin($"killed between the steps of a close on {kind}", await StorePlace.Create(kind),
            new World(partners: 10, customersOfEach: 1, subscriptionsOfEach: 3));
        // A close that has died at each point has come to its end: every further round needs a month of its own.
        var months = Enumerable.Range(0, CrashRun.Cycles(1) + 1).Select(MonthAfter).ToList();
        foreach (var month in months.SkipLast(1)) await Close(run, month, [.. Points.Select(point => $"{point}:1")], late: true);
        await Close(run, months[^1], ["close.numbered:1"], late: false);
        run.Tell($"died at {string.Join(' ', Points)} of {months.Count - 1} months");
        // An activation forgets the live figures of sealed periods after 35 days.
        await run.ShouldHold([.. months.TakeLast(2).Select(month => month.Month)]);
    }

    // From May 2025 on. In Helsinki months from April to October begin in summer time.
    static (string Month, string LastEvening, string Next) MonthAfter(int number)
    {
        var month = new DateTime(2025, 5, 1).AddMonths(number);
        var next = month.AddMonths(1);
        var end = new DateTimeOffset(next, TimeSpan.FromHours(next.Month is >= 4 and <= 10 ? 3 : 2)).ToUniversalTime();
        return ($"{month:yyyy-MM}", Text(end.AddMinutes(-2)), Text(end.AddMinutes(10)));
    }

    static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    async Task Close(CrashRun run, (string Month, string LastEvening, string Next) month, int kills, bool late) =>
        await Close(run, month, late, async (api, load) =>
        {
            for (; kills > 0; kills--) await Interrupt(run, api, month, load);
        });

    async Task Close(CrashRun run, (string Month, string LastEvening, string Next) month, string[] points, bool late) =>
        await Close(run, month, late, async (api, load) =>
        {
            foreach (var point in points) await DieAt(run, api, month.Next, point);
            run.Server.CrashAt = null;
            await run.Server.Start(cancel);
        });

    async Task Close(CrashRun run, (string Month, string LastEvening, string Next) month, bool late, Func<Api, Load?, Task> interrupt)
    {
        using var api = new Api(run.Server.Address);
        await api.Advance(month.LastEvening, cancel);
        var evening = UsageEvent.Micros(month.LastEvening);
        // To the very end of the month and, as far as clocks may differ, into the next one.
        await using var load = new Load(run.World, run.Log, [run.Server.Address], (evening - (3 * Day), evening + (late ? 4 * 60_000_000 : 0)), run.Seed + evening.GetHashCode(),
            connectionCount: 2) { Circumstances = () => run.Server.Said };
        await load.Reach(1_500, CrashRun.HealsWithin, cancel);
        if (!late) await load.Drain(CrashRun.HealsWithin, cancel);
        await interrupt(api, late ? load : null);
        await Heal(api, month.Month, month.Next);
        if (late) await load.Drain(CrashRun.HealsWithin, cancel);
        load.Surprises.ShouldBeEmpty(run.ToString());
        run.Log.Closed(month.Month);
    }

    // The answer of the advance is broken off by the kill; what it had begun goes on after the start, by itself or by the next advance.
    async Task Interrupt(CrashRun run, Api api, (string Month, string LastEvening, string Next) month, Load? load)
    {
        var advance = Advance(api, month.Next);
        await run.Moment(MomentMax);
        if (!advance.IsCompleted) interrupted++;
        if (load is null)
        {
            await run.Server.Kill();
            await run.Server.Start(cancel);
        }
        else await run.KillAndStart(load);
        await advance;
    }

    // What was begun goes on by itself after a start, perhaps before it says that it is ready; what was not begins with an advance.
    async Task DieAt(CrashRun run, Api api, string to, string point)
    {
        await run.Server.Kill();
        run.Server.CrashAt = point;
        run.Server.Launch();
        var died = run.Server.Died(CrashRun.HealsWithin, cancel);
        while (!died.IsCompleted)
        {
            await Advance(api, to);
            await Task.WhenAny(died, Task.Delay(20, cancel));
        }
        await died;
    }

    async Task Advance(Api api, string to)
    {
        try
        {
            await api.Advance(to, cancel);
        }
        catch (Exception fault) when (BrokenOff.Is(fault) && !cancel.IsCancellationRequested)
        {
            // The kill.
        }
    }

    async Task Heal(Api api, string month, string to)
    {
        await api.Advance(to, cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(CrashRun.HealsWithin);
        while (await api.RunState(month, patience.Token) != "completed") await Task.Delay(20, patience.Token);
    }
}
