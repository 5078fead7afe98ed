// Calendars: periods tile time in every zone, whatever its clocks do, and labels name them one to one.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Periods;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Periods;

public sealed class BillingCalendarTests
{
    // Half-hour and 45-minute zones, both hemispheres, DST at midnight, a skipped day (Apia, Fakaofo, Kwajalein), Ramadan clocks, old minutes past midnight.
    private static readonly string[] Zones =
    [
        "Etc/UTC", "Europe/Helsinki", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Moscow", "Europe/Istanbul",
        "Europe/Chisinau", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Asia/Amman", "Asia/Beirut", "Asia/Damascus",
        "Asia/Gaza", "Asia/Tehran", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Pyongyang", "Asia/Tokyo", "Asia/Yangon", "Australia/Lord_Howe",
        "Australia/Sydney", "Australia/Adelaide", "Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kwajalein", "Pacific/Chatham", "Pacific/Kiritimati",
        "Pacific/Norfolk", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Santiago", "America/Havana", "America/Asuncion",
        "America/Scoresbysund", "Antarctica/Troll",
    ];

    [Theory]
    [InlineData(1, "2025-05", "2025-05-01", "2025-05-31")]
    [InlineData(25, "2025-05", "2025-04-25", "2025-05-24")]
    [InlineData(31, "2025-02", "2025-01-31", "2025-02-27")]
    [InlineData(31, "2025-03", "2025-02-28", "2025-03-30")]
    [InlineData(30, "2024-03", "2024-02-29", "2024-03-29")]
    [InlineData(29, "2024-02", "2024-01-29", "2024-02-28")]
    [InlineData(2, "2025-01", "2024-12-02", "2025-01-01")]
    public void a_label_is_the_month_of_the_last_day(int anchor, string label, string from, string to)
    {
        var period = new BillingCalendar(new Calendar { AnchorDay = anchor, TimeZone = "Europe/Helsinki" }).PeriodOf(label)!;
        (period.Label, period.From.ToString("uuuu-MM-dd", null), period.To.ToString("uuuu-MM-dd", null)).ShouldBe((label, from, to));
    }

    [Theory]
    [InlineData("2025-5"), InlineData("2025-13"), InlineData("2025-00"), InlineData("+025-05"), InlineData("1899-12"), InlineData("")]
    public void what_is_no_label_is_no_period(string label) =>
        new BillingCalendar(new Calendar { TimeZone = "Etc/UTC" }).PeriodOf(label).ShouldBeNull();

    [Fact]
    public void the_helsinki_may_starts_at_nine_in_the_evening_utc()
    {
        var may = new BillingCalendar(new Calendar { TimeZone = "Europe/Helsinki" }).PeriodOf("2025-05")!;
        (may.Start, may.End).ShouldBe((Instant.FromUtc(2025, 4, 30, 21, 0), Instant.FromUtc(2025, 5, 31, 21, 0)));
    }

    [Fact]
    public void a_period_may_start_on_a_day_that_its_zone_skipped()
    {
        var calendar = new BillingCalendar(new Calendar { AnchorDay = 30, TimeZone = "Pacific/Apia" });
        var period = calendar.PeriodOf("2012-01")!;
        period.Start.ShouldBe(calendar.StartOf(new LocalDate(2011, 12, 31)));
        calendar.PeriodAt(period.Start).ShouldBe(period);
    }

    [Fact]
    public void periods_tile_time_in_every_zone_on_every_anchor()
    {
        foreach (var zone in Zones)
            for (var anchor = 1; anchor <= 31; anchor++)
            {
                var calendar = new BillingCalendar(new Calendar { AnchorDay = anchor, TimeZone = zone });
                var period = calendar.PeriodOf("1992-12")!;
                var labels = new HashSet<string>();
                while (period.From.Year < 2029)
                {
                    labels.Add(period.Label).ShouldBeTrue();
                    calendar.PeriodOf(period.Label).ShouldBe(period);
                    calendar.PeriodAt(period.Start).ShouldBe(period);
                    calendar.PeriodAt(period.End - Duration.Epsilon).ShouldBe(period);
                    var next = calendar.Next(period);
                    (next.Start, next.From).ShouldBe((period.End, period.To.PlusDays(1)), $"{zone} {anchor} {period}");
                    calendar.Previous(next).ShouldBe(period);
                    period = next;
                }
            }
    }

    [Theory]
    [InlineData("day", "fixed", 1, "clamp", null, "2025-05-14", "2025-05-14", "2025-05-14", "2025-05-14")]
    [InlineData("week", "fixed", 1, "clamp", null, "2025-05-14", "2025-05-12", "2025-05-18", "2025-05-12")]
    [InlineData("week", "fixed", 7, "clamp", null, "2025-05-14", "2025-05-11", "2025-05-17", "2025-05-11")]
    [InlineData("week", "created", 1, "clamp", "2025-05-15", "2025-05-14", "2025-05-08", "2025-05-14", "2025-05-08")]
    [InlineData("semi_month", "fixed", 1, "clamp", null, "2025-02-15", "2025-02-01", "2025-02-15", "2025-02-01")]
    [InlineData("semi_month", "fixed", 1, "clamp", null, "2024-02-16", "2024-02-16", "2024-02-29", "2024-02-16")]
    [InlineData("quarter", "fixed", 1, "clamp", null, "2025-05-14", "2025-04-01", "2025-06-30", "2025-04-01")]
    [InlineData("quarter", "created", 1, "clamp", "2025-02-10", "2025-05-09", "2025-02-10", "2025-05-09", "2025-02-10")]
    [InlineData("year", "fixed", 1, "clamp", null, "2025-05-14", "2025-01-01", "2025-12-31", "2025-01-01")]
    [InlineData("year", "created", 1, "clamp", "2024-02-29", "2025-03-01", "2025-02-28", "2026-02-27", "2025-02-28")]
    [InlineData("thirty_days", "created", 1, "clamp", "2025-05-10", "2025-05-09", "2025-04-10", "2025-05-09", "2025-04-10")]
    [InlineData("month", "created", 1, "clamp", "2025-01-31", "2025-02-28", "2025-02-28", "2025-03-30", "2025-03")]
    // Created on the 30th and put on the 28th: the first period runs from creation to the next 28th.
    [InlineData("month", "created", 1, "day_28", "2025-01-30", "2025-01-30", "2025-01-30", "2025-02-27", "2025-02")]
    [InlineData("month", "created", 1, "day_28", "2025-01-30", "2025-03-01", "2025-02-28", "2025-03-27", "2025-03")]
    [InlineData("month", "created", 1, "day_28", "2025-01-30", "2025-01-29", "2024-12-28", "2025-01-29", "2025-01")]
    [InlineData("month", "fixed", 31, "day_28", null, "2025-05-30", "2025-05-28", "2025-06-27", "2025-06")]
    public void a_period_of_any_length_is_named_by_its_month_or_its_first_day(string every, string anchor, int day, string overflow, string? created, string on,
        string from, string to, string label)
    {
        var calendar = new BillingCalendar(new Calendar
        {
            Every = every, Anchor = anchor, AnchorDay = day, Overflow = overflow, CreatedOn = created is null ? null : Fees.RecurringFeesTests.Date(created),
            TimeZone = "Europe/Helsinki",
        });
        var period = calendar.PeriodContaining(Fees.RecurringFeesTests.Date(on));
        (period.From.ToString("uuuu-MM-dd", null), period.To.ToString("uuuu-MM-dd", null), period.Label).ShouldBe((from, to, label));
        calendar.PeriodOf(label).ShouldBe(period);
    }

    [Fact]
    public void periods_of_every_length_tile_time_in_every_zone()
    {
        var end = new LocalDate(2012, 4, 10);
        foreach (var zone in Zones)
            foreach (var every in new[] { "day", "week", "semi_month", "month", "quarter", "year", "thirty_days" })
                foreach (var overflow in new[] { "clamp", "day_28" })
                {
                    var calendar = new BillingCalendar(new Calendar
                    {
                        Every = every, Anchor = "created", Overflow = overflow, CreatedOn = new LocalDate(2011, 12, 30), TimeZone = zone,
                    });
                    var period = calendar.PeriodContaining(new LocalDate(2011, 11, 17));
                    for (var labels = new HashSet<string>(); period.From < end && labels.Add(period.Label); period = calendar.Next(period))
                    {
                        calendar.PeriodOf(period.Label).ShouldBe(period);
                        calendar.PeriodAt(period.Start).ShouldBe(period);
                        calendar.PeriodAt(period.End - Duration.Epsilon).ShouldBe(period);
                        calendar.Next(period).Start.ShouldBe(period.End, $"{zone} {every} {period}");
                        calendar.Previous(calendar.Next(period)).ShouldBe(period);
                    }

                    period.From.ShouldBeGreaterThanOrEqualTo(end, $"{zone} {every} {overflow}");
                }
    }

    [Fact]
    public void every_instant_lies_in_the_period_that_is_answered_for_it() =>
        Gen.Elements(Zones).Zip(Gen.Choose(1, 31)).Zip(Gen.Choose(0, int.MaxValue)).ShouldHold(at =>
        {
            var ((zone, anchor), second) = at;
            var calendar = new BillingCalendar(new Calendar { AnchorDay = anchor, TimeZone = zone });
            var instant = Instant.FromUnixTimeSeconds(second);
            return calendar.PeriodAt(instant).Contains(instant);
        });

    [Fact]
    public void instants_around_every_clock_change_lie_in_the_period_that_is_answered_for_them()
    {
        foreach (var zone in Zones)
            foreach (var interval in DateTimeZoneProviders.Tzdb[zone].GetZoneIntervals(Instant.FromUtc(1990, 1, 1, 0, 0), Instant.FromUtc(2030, 1, 1, 0, 0)))
            {
                if (!interval.HasStart) continue;
                // The anchor on the day of the change is the hard case.
                var day = interval.Start.InZone(DateTimeZoneProviders.Tzdb[zone]).Day;
                foreach (var anchor in new[] { day, day % 31 + 1 })
                {
                    var calendar = new BillingCalendar(new Calendar { AnchorDay = anchor, TimeZone = zone });
                    for (var minutes = -180; minutes <= 180; minutes += 15)
                    {
                        var instant = interval.Start + Duration.FromMinutes(minutes);
                        calendar.PeriodAt(instant).Contains(instant).ShouldBeTrue($"{zone} {anchor} {instant}");
                    }
                }
            }
    }
}
