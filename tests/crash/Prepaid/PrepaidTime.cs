// What time it is in a prepaid run: that of a sandbox clock which the run moves, or the machine's, which passes by itself.
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Crash.Tests.Prepaid;

/// <summary>Silos of a cluster have the machine's clock alone; a server by itself can be given another one.</summary>
public sealed class PrepaidTime
{
    const string Zone = "Europe/Helsinki";
    const int DaysBefore = 20;
    const int LastDayOfAll = 28;
    const string SandboxBegins = "2025-05-20T12:00:00Z";
    readonly PrepaidDesk desk;
    long clock;

    public PrepaidTime(PrepaidDesk desk, bool isSandbox)
    {
        (this.desk, IsSandbox) = (desk, isSandbox);
        clock = UsageEvent.Micros(SandboxBegins);
        var begins = DateTimeOffset.UnixEpoch.AddTicks(Now * 10);
        NewestUsage = Now;
        if (isSandbox)
        {
            (FirstDay, Period) = (Day(new(begins.Year, begins.Month - 2, 1)), Month(begins));
            Calendar = new { anchor_day = 1, time_zone = Zone, grace = "PT0S" };
        }
        else
        {
            var day = begins.AddDays(-DaysBefore);
            var turn = new DateTimeOffset(day.Year, day.Month, Math.Min(day.Day, LastDayOfAll), 0, 0, 0, TimeSpan.Zero);
            (FirstDay, Period) = (Day(turn.AddMonths(-1).Date), Month(turn.AddMonths(1).AddDays(-1)));
            Calendar = new { anchor = "created", created_on = FirstDay, time_zone = Zone, grace = "P31D" };
        }
    }

    public bool IsSandbox { get; }

    public long Now => IsSandbox ? Interlocked.Read(ref clock) : TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    /// <summary>As text, to the microsecond.</summary>
    public string NowText => UsageEvent.TimeText(Now);

    /// <summary>Within this time credits and packages expire. All that have one are gone at rest: on the machine's clock nothing may expire between the last reading and the end.</summary>
    public int ExpirySecondsMax => IsSandbox ? 120 : 20;

    /// <summary>Usage is of the two days before it.</summary>
    public long NewestUsage { get; }

    /// <summary>On which subscriptions start; backfills are of the period that begins then or a later one.</summary>
    public string FirstDay { get; }

    /// <summary>Months. On the machine's clock they turn so that the one of backfills is over and, with its grace, not closed: no period ends meanwhile.</summary>
    public object Calendar { get; }

    /// <summary>The period of usage, with no backfill in it.</summary>
    public string Period { get; }

    /// <summary>Lets so much time pass; on the sandbox clock at once, and not at all when the server does not answer.</summary>
    public async Task Pass(TimeSpan time)
    {
        if (!IsSandbox)
        {
            await Task.Delay(time);
            return;
        }
        var to = Now + (time.Ticks / 10);
        if (await desk.Post("/v1/clock/advance", new { to = UsageEvent.TimeText(to) }) is { IsGood: true }) Interlocked.Exchange(ref clock, to);
    }

    static string Day(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Month(DateTimeOffset day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
