// When recurring bills fall due: a calendar page per period, and what holds for all of them.
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Bills;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Bills;

public sealed class BillScheduleTests
{
    private static readonly string[] Periods = ["day", "week", "semi_month", "month", "year"];
    private static readonly string[] Zones = ["Etc/UTC", "Europe/Helsinki", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe"];

    [Theory]
    [InlineData("day", 10, "2025-05-25", "2025-05-25 2025-06-04 2025-06-14")]
    [InlineData("week", 2, "2025-12-25", "2025-12-25 2026-01-08 2026-01-22")]
    [InlineData("semi_month", 1, "2025-05-10", "2025-05-15 2025-06-01 2025-06-15")]
    [InlineData("semi_month", 1, "2025-05-15", "2025-05-15 2025-06-01 2025-06-15")]
    [InlineData("semi_month", 1, "2025-12-16", "2026-01-01 2026-01-15 2026-02-01")]
    [InlineData("semi_month", 1, "2025-05-01", "2025-05-01 2025-05-15 2025-06-01")]
    [InlineData("month", 1, "2025-05-10", "2025-05-10 2025-06-10 2025-07-10")]
    [InlineData("month", 1, "2025-01-31", "2025-01-31 2025-02-28 2025-03-31")]
    [InlineData("month", 3, "2023-11-30", "2023-11-30 2024-02-29 2024-05-30")]
    [InlineData("year", 1, "2024-02-29", "2024-02-29 2025-02-28 2026-02-28")]
    public void the_first_three(string every, int frequency, string start, string expected)
    {
        var schedule = new BillSchedule(every, frequency, null, LocalDatePattern.Iso.Parse(start).Value.AtMidnight().InUtc().ToInstant());
        string.Join(' ', Enumerable.Range(0, 3).Select(n => LocalDatePattern.Iso.Format(schedule.At(n, DateTimeZone.Utc)!.Value.InUtc().Date))).ShouldBe(expected);
    }

    [Fact]
    public void three_cycles_are_three_bills_and_no_more()
    {
        var schedule = new BillSchedule("month", 1, 3, Instant.FromUtc(2025, 5, 10, 0, 0));
        schedule.Due(0, Instant.FromUtc(2025, 7, 9, 0, 0), DateTimeZone.Utc).Select(due => due.Number).ShouldBe([0, 1]);
        schedule.Due(2, Instant.FromUtc(2030, 1, 1, 0, 0), DateTimeZone.Utc).ShouldBe([(2, Instant.FromUtc(2025, 7, 10, 0, 0))]);
        schedule.At(3, DateTimeZone.Utc).ShouldBeNull();
    }

    [Fact]
    public void what_fell_due_is_the_same_however_often_one_looks() =>
        Cases().ShouldHold(at =>
        {
            var (schedule, zone, hours) = at;
            var once = schedule.Due(0, schedule.StartsAt + Duration.FromHours(hours.Sum()), zone, int.MaxValue / 2).ToList();
            var (now, looked) = (schedule.StartsAt, new List<(int, Instant)>());
            foreach (var step in hours)
            {
                now += Duration.FromHours(step);
                looked.AddRange(schedule.Due(looked.Count, now, zone, int.MaxValue / 2));
            }

            return looked.SequenceEqual(once);
        });

    [Fact]
    public void instants_never_go_back_and_keep_the_first_ones_local_time_and_day() =>
        Cases().ShouldHold(at =>
        {
            var (schedule, zone, _) = at;
            var first = schedule.StartsAt.InZone(zone).LocalDateTime;
            var all = Enumerable.Range(0, 40).Select(n => schedule.At(n, zone)).OfType<Instant>().ToList();
            return all.Count == int.Min(40, schedule.Cycles ?? 40) && all.Zip(all.Skip(1)).All(pair => pair.First <= pair.Second)
                && all.All(instant => schedule.StartsAt <= instant && Keeps(schedule, first, instant.InZone(zone).LocalDateTime));
        });

    // Over a skipped hour the time moves by it, over a skipped day the date does.
    private static bool Keeps(BillSchedule schedule, LocalDateTime first, LocalDateTime due)
    {
        if (due.TimeOfDay != first.TimeOfDay) return true;
        var last = CalendarSystem.Iso.GetDaysInMonth(due.Year, due.Month);
        return schedule.Every switch
        {
            "semi_month" => due.Day is 1 or 15,
            "month" or "year" => due.Day == int.Min(first.Day, last),
            "week" => due.DayOfWeek == first.DayOfWeek,
            _ => true,
        };
    }

    private static FsCheck.Gen<(BillSchedule Schedule, DateTimeZone Zone, int[] Hours)> Cases() =>
        from every in Gen.Elements(Periods)
        from frequency in Gen.Choose(1, 12)
        from cycles in Gen.Choose(0, 20)
        from start in Gen.Choose(0, 20 * 365 * 24 * 60)
        from zone in Gen.Elements(Zones)
        from hours in Gen.Choose(0, 2_000).NonEmptyListOf()
        select (new BillSchedule(every, int.Min(frequency, BillRules.FrequencyMax[every]), cycles == 0 ? null : cycles,
            Instant.FromUtc(2005, 1, 1, 0, 0) + Duration.FromMinutes(start)), DateTimeZoneProviders.Tzdb[zone], hours.Take(20).ToArray());
}
