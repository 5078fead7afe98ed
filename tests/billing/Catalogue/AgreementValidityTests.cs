// Dates of agreements: which days are within, what becomes of a subscription, and what may still be changed.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Catalogue;

public sealed class AgreementValidityTests
{
    [Theory]
    [InlineData(null, null, "2025-05-10", true)]
    [InlineData("2025-05-10", null, "2025-05-09", false)]
    [InlineData("2025-05-10", null, "2025-05-10", true)]
    [InlineData(null, "2025-05-10", "2025-05-10", true)] // Its last day is one of its days.
    [InlineData(null, "2025-05-10", "2025-05-11", false)]
    public void both_days_are_within(string? from, string? to, string day, bool holds) =>
        AgreementValidity.HoldsOn(Agreement(from, to), Day(day)!.Value).ShouldBe(holds);

    [Theory]
    [InlineData(null, null, "2025-04-30T21:00:00Z", null)]
    [InlineData("2025-05-10", null, "2025-05-09T21:00:00Z", null)] // Midnight in Helsinki.
    [InlineData("2025-01-10", "2025-05-31", "2025-04-30T21:00:00Z", "2025-05-31T21:00:00Z")]
    public void service_begins_and_ends_with_it(string? from, string? to, string starts, string? ends)
    {
        var within = AgreementValidity.Within(new Subscription { Customer = "alfa", StartsAt = World.At("2025-04-30T21:00:00Z") }, Agreement(from, to),
            World.Helsinki.Zone);
        (within.StartsAt, within.EndsAt).ShouldBe((World.At(starts), ends is null ? (Instant?)null : World.At(ends)));
        var earlier = World.At("2025-05-05T00:00:00Z");
        AgreementValidity.Within(within with { EndsAt = earlier }, Agreement(from, to), World.Helsinki.Zone).EndsAt.ShouldBe(earlier);
    }

    [Theory]
    [InlineData(null, null, null, "2025-05-10", "")] // Today is the earliest end.
    [InlineData(null, null, null, "2025-05-09", "valid_to")]
    [InlineData(null, "2025-05-09", null, null, "valid_to")] // What is over stays over.
    [InlineData(null, "2025-05-10", null, "2026-01-01", "")]
    [InlineData(null, null, "2025-06-01", null, "valid_from")] // It has begun.
    [InlineData("2025-05-10", null, null, null, "valid_from")]
    [InlineData("2025-05-11", null, "2025-05-10", null, "")]
    [InlineData("2025-05-11", null, "2025-05-09", null, "valid_from")]
    [InlineData("2025-05-11", null, null, null, "valid_from")]
    public void only_what_is_to_come_may_change(string? oldFrom, string? oldTo, string? from, string? to, string fields) =>
        string.Join(',', AgreementValidity.Check(Agreement(oldFrom, oldTo), Agreement(from, to), Day("2025-05-10")!.Value).Select(entry => entry.Key))
            .ShouldBe(fields);

    [Fact]
    public void an_end_before_the_beginning_is_refused() =>
        AgreementRules.Check(Agreement("2025-05-10", "2025-05-09"))["valid_to"].ShouldHaveSingleItem();

    [Theory]
    [InlineData("2025-05-31", 14, "half_away_from_zero")]
    [InlineData("2025-06-01", 30, "half_away_from_zero")]
    [InlineData("2025-07-01", 30, "half_even")]
    [InlineData("2025-08-02", 7, "half_even")]
    public void terms_hold_from_their_day_and_what_they_leave_out_stays(string day, int dueDays, string rounding)
    {
        var on = DatedTerms.On(Agreement(null, null) with { TermsFrom = Changes() }, Day(day)!.Value);
        (on.DueDays, on.Rounding).ShouldBe((dueDays, rounding));
    }

    [Fact]
    public void terms_come_in_order_and_change_something()
    {
        AgreementRules.Check(Agreement(null, null) with { TermsFrom = Changes() }).IsEmpty.ShouldBeTrue();
        DatedTerms[] wrong = [new() { From = new LocalDate(2025, 6, 1) }, new() { From = new LocalDate(2025, 6, 1), DueDays = 366, Rounding = "up" }];
        AgreementRules.Check(Agreement(null, null) with { TermsFrom = wrong }).Select(entry => entry.Key)
            .ShouldBe(["terms_from[0]", "terms_from[1].from", "terms_from[1].due_days", "terms_from[1].rounding"]);
    }

    private static DatedTerms[] Changes() =>
    [
        new() { From = new LocalDate(2025, 6, 1), DueDays = 30 }, new() { From = new LocalDate(2025, 7, 1), Rounding = "half_even" },
        new() { From = new LocalDate(2025, 8, 1), DueDays = 7 },
    ];

    private static Agreement Agreement(string? from, string? to) => new()
    {
        Kind = "wholesale", Seller = "operator", Buyer = "reseller", Calendar = "helsinki", ValidFrom = Day(from), ValidTo = Day(to),
    };

    private static LocalDate? Day(string? text) => text is null ? null : NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;
}
