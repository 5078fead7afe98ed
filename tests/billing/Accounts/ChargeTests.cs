// Which charges a close takes, and how a discount is split.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Money;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class ChargeTests
{
    private static readonly Instant End = Instant.FromUtc(2025, 6, 1, 0, 0);
    private readonly LiveAccount account = new();

    [Theory]
    [InlineData("40", "-25", "-25", "0")]
    [InlineData("40", "-100", "-40", "-60")]
    [InlineData("0", "-100", null, "-100")]
    [InlineData("-5", "-100", null, "-100")]
    [InlineData("40", "-40.005", "-40", "-0.005")]
    [InlineData("40", "-40.004", "-40.004", "0")]
    public void a_discount_is_taken_as_far_as_the_document_goes(string otherNet, string discount, string? taken, string left)
    {
        account.Charge("d", Number(discount));
        account.Seal("2025-05", End, Number(otherNet)).Select(part => part.Amount).ShouldBe(taken is null ? [] : [Number(taken)]);
        account.State.Charges.Find("d")!.Remaining.ShouldBe(Number(left));
    }

    [Fact]
    public void charges_come_first_so_that_discounts_may_use_them_up()
    {
        account.Charge("d1", -30);
        account.Charge("c", 50);
        account.Charge("d2", -30);
        account.Seal("2025-05", End, 0).ShouldBe([new("c", 50), new("d1", -30), new("d2", -20)]);
        account.Seal("2025-06", End + Duration.FromDays(30), 100).ShouldBe([new("d2", -10)]);
        account.State.Charges.Find("d2")!.Status.ShouldBe("invoiced");
    }

    [Fact]
    public void sealing_again_answers_what_was_taken_whatever_has_come_since()
    {
        account.Charge("a", 5);
        account.Seal("2025-05", End, 0).ShouldBe([new("a", 5)]);
        account.Charge("b", 7);
        account.Seal("2025-05", End, 100).ShouldBe([new("a", 5)]);
        account.Seal("2025-06", End + Duration.FromDays(30), 0).ShouldBe([new("b", 7)]);
    }

    [Fact]
    public void what_is_charged_at_the_end_of_a_period_or_on_another_agreement_is_not_in_it()
    {
        account.Charge("at-end", 5, at: End);
        account.Charge("other", 5, agreement: "other");
        account.Seal("2025-05", End, 0).ShouldBeEmpty();
    }

    [Fact]
    public void a_charge_is_cancelled_until_a_document_has_a_part_of_it()
    {
        account.Charge("a", 5);
        account.Charge("d", -100);
        account.Decide(new CancelCharge("a")).ShouldBeNull();
        account.Decide(new CancelCharge("a")).ShouldBeNull();
        account.Seal("2025-05", End, 10).ShouldBe([new("d", -10)]);
        account.Decide(new CancelCharge("d"))!.Code.ShouldBe("already_invoiced");
        account.Decide(new CancelCharge("nobody"))!.Code.ShouldBe("not_found");
    }

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
