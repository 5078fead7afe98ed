// Charge days, retries and payout days on paper.
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Periods;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Periods;

public sealed class CollectionDayTests
{
    [Theory]
    [InlineData("2025-05-24", 2, "2025-06-02T00:00:00Z")]
    [InlineData("2025-05-31", 2, "2025-06-02T00:00:00Z")]
    [InlineData("2025-12-24", 2, "2026-01-02T00:00:00Z")]
    [InlineData("2025-01-24", 31, "2025-02-28T00:00:00Z")]
    public void what_a_period_leaves_is_charged_in_the_month_after_its_last(string periodTo, int day, string at) =>
        Text(CollectionDays.ChargeAt(new Calendar { TimeZone = "Etc/UTC", AnchorDay = 25, ChargeDay = day }, LocalDatePattern.Iso.Parse(periodTo).Value))
            .ShouldBe(at);

    [Fact]
    public void without_a_charge_day_nothing_is_charged() =>
        CollectionDays.ChargeAt(new Calendar { TimeZone = "Etc/UTC" }, new LocalDate(2025, 5, 31)).ShouldBeNull();

    [Theory]
    [InlineData("2025-06-02T00:00:00Z", "2025-06-05T00:00:00Z"), InlineData("2025-06-05T00:00:00Z", "2025-06-09T00:00:00Z")]
    [InlineData("2025-06-09T00:00:00Z", "2025-06-16T00:00:00Z"), InlineData("2025-06-16T00:00:00Z", null)]
    [InlineData("2025-06-04T00:00:00Z", "2025-06-05T00:00:00Z"), InlineData("2025-06-11T00:00:00Z", "2025-06-16T00:00:00Z")]
    public void MAES_08_retries_are_counted_from_the_first_charge_whatever_was_asked_for_in_between(string declined, string? at) =>
        Text(CollectionDays.RetryAt(Instant.FromUtc(2025, 6, 2, 0, 0), InstantPattern.ExtendedIso.Parse(declined).Value, DateTimeZone.Utc)).ShouldBe(at);

    [Theory]
    [InlineData(15, "2025-06-09T10:00:00Z", "2025-06-15T00:00:00Z", "2025-05")]
    [InlineData(15, "2025-06-15T00:00:00Z", "2025-07-15T00:00:00Z", "2025-06")]
    [InlineData(31, "2025-06-09T10:00:00Z", "2025-06-30T00:00:00Z", "2025-06")]
    [InlineData(null, "2025-06-09T10:00:00Z", "2025-06-25T00:00:00Z", "2025-06")]
    [InlineData(null, "2025-06-25T00:00:00Z", "2025-07-25T00:00:00Z", "2025-07")]
    public void a_payout_is_named_after_the_newest_period_that_has_ended(int? day, string after, string at, string period)
    {
        var calendar = new Calendar { TimeZone = "Etc/UTC", AnchorDay = 25, PayoutDay = day };
        var next = CollectionDays.NextPayout(calendar, InstantPattern.ExtendedIso.Parse(after).Value);
        Text(next).ShouldBe(at);
        CollectionDays.PayoutPeriod(calendar, next).Label.ShouldBe(period);
    }

    private static string? Text(Instant? instant) => instant is { } known ? InstantPattern.ExtendedIso.Format(known) : null;
}
