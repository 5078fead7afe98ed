// Purchases on account, on paper: what they come to with their tax, and which balance bears them (domain 0.3, rule 26).
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Fees;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class PurchaseTests
{
    private static readonly DocumentTerms Taxed = new("EUR", RoundingMode.HalfAwayFromZero, new TaxTerms { Category = "S", Rate = 25.5m });

    [Theory]
    [InlineData("100.00", "99.99", true)]
    [InlineData("100.00", "100.00", true)]
    [InlineData("100.00", "100.01", false)]
    [InlineData("-5.00", "0.01", false)]
    public void what_is_above_the_balance_does_not_fit(string available, string amount, bool fits) =>
        Purchases.Fits(new ServiceFigures(Exact(available), 0), Exact(amount)).ShouldBe(fits);

    [Theory]
    [InlineData("month 124.00 advance 0", "2025-05-12T00:00", "100.40", "20 of 31 days are 80.00")]
    [InlineData("month 124.00 advance 1", "2025-05-12T00:00", "256.02", "June is posted in May too: 204.00")]
    [InlineData("month 124.00 arrears 0", "2025-05-12T00:00", "100.40", "it is owed at the end of May, and bought now")]
    [InlineData("year 365.00 advance 0 activation", "2025-05-12T00:00", "458.08", "the whole year")]
    [InlineData("month 124.00 advance 0", "2025-06-30T00:00", "5.18", "a day of June is 4.13, and 1.05 of tax")]
    [InlineData("month 124.00 advance 0", "2025-04-30T00:00", "160.80", "begun before: a day of April and all May")]
    public void a_subscription_costs_what_closes_post_before_it_is_used(string fee, string from, string amount, string why) =>
        Purchases.Of(Terms(fee, from), Terms(fee, from).Legs[0], Taxed, FeeScheduleTests.At("2025-05-12T00:00")).ShouldBe(Exact(amount), why);

    [Fact]
    public void one_that_waits_for_its_first_use_costs_what_it_would_if_that_came_now()
    {
        var terms = Terms("month 124.00 advance 0", "2025-01-01T00:00");
        terms = terms with { Definition = terms.Definition with { Activation = "first_use" } };
        Purchases.Of(terms, terms.Legs[0], Taxed, FeeScheduleTests.At("2025-05-12T00:00")).ShouldBe(100.40m);
    }

    [Fact]
    public void coupons_are_taken_off_and_what_a_wallet_pays_is_bought_with_its_money()
    {
        var now = FeeScheduleTests.At("2025-05-12T00:00");
        var terms = Terms("month 124.00 advance 0", "2025-05-12T00:00");
        var half = terms with { Discounts = [[new Redeemed("half", new Coupon { Percent = 50, AppliesTo = "fees" }, new(2025, 5, 1))]] };
        Purchases.Of(half, half.Legs[0], Taxed, now).ShouldBe(50.20m);
        var funded = new SubscriptionTerms("sub", terms.Definition with { Funding = new Funding { Mode = "prepaid", Wallet = "w", Fees = "wallet" } },
            terms.Legs, terms.KnownMeters, [new LegFunding("w", false, null)], 1);
        Purchases.Of(funded, funded.Legs[0], Taxed, now).ShouldBe(0);
    }

    [Fact]
    public void only_an_agreement_that_names_a_limit_and_invoices_asks_for_the_balance()
    {
        var agreement = World.Leg(FeeScheduleTests.Fee("month 1.00 advance 0")).Agreement;
        Purchases.IsLimited(agreement with { CreditLimit = null }).ShouldBeFalse();
        Purchases.IsLimited(agreement with { CreditLimit = 0 }).ShouldBeTrue();
        Purchases.IsLimited(agreement with { CreditLimit = 0, Documents = "statement" }).ShouldBeFalse();
    }

    private static SubscriptionTerms Terms(string fee, string from) => new("sub", new Subscription
    {
        Customer = "alfa", StartsAt = FeeScheduleTests.At(from), Legs = [], Funding = new Funding { Mode = "postpaid" },
    }, [World.Leg(FeeScheduleTests.Fee(fee))], World.Meters.Keys.ToHashSet(), [], 1);

    private static decimal Exact(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
