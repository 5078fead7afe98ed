// Replacing a definition: what may change, and what would change the meaning of facts.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Catalogue;

public sealed class ReplacementTests
{
    private static readonly Meter Meter = new() { Unit = "segment", Dimensions = ["country", "mccmnc"] };
    private static readonly Subscription Subscription = new()
    {
        Customer = "c", StartsAt = Instant.FromUtc(2025, 5, 1, 0, 0), Legs = [new Leg { Agreement = "a", Plan = "p" }],
    };

    [Fact]
    public void names_terms_and_ends_may_change()
    {
        Fields(Subscription, Subscription with { EndsAt = Instant.FromUtc(2025, 6, 1, 0, 0), Legs = [new Leg { Agreement = "a", Plan = "p" }] })
            .ShouldBeEmpty();
        Fields(Meter, Meter with { Dimensions = ["country", "mccmnc", "route"] }).ShouldBeEmpty();
        Fields(new Plan { Name = "a", Currency = "EUR" }, new Plan { Name = "b", Currency = "EUR" }).ShouldBeEmpty();
    }

    [Fact]
    public void what_priced_or_dated_facts_may_not()
    {
        Fields(Subscription, Subscription with { Customer = "d", StartsAt = default, Legs = [new Leg { Agreement = "a", Plan = "q" }] })
            .ShouldBe(["customer", "starts_at", "legs"]);
        Fields(Meter, Meter with { Dimensions = ["mccmnc", "country"], Aggregation = "count" }).ShouldBe(["aggregation", "dimensions"]);
        Fields(new Plan { Name = "a", Currency = "EUR" }, new Plan { Name = "a", Currency = "SEK" }).ShouldBe(["currency"]);
        Fields(new Calendar { TimeZone = "Etc/UTC" }, new Calendar { TimeZone = "Europe/Helsinki", AnchorDay = 25 }).ShouldBe(["anchor_day", "time_zone"]);
    }

    [Fact]
    public void a_reseller_code_is_given_once_and_a_tag_never_changes()
    {
        var partner = new Partner { Name = "r", Country = "IE", Currency = "EUR" };
        Fields(partner, partner with { ResellerCode = "RS1" }).ShouldBeEmpty();
        Fields(partner with { ResellerCode = "RS1" }, partner).ShouldBe(["reseller_code"]);
        Fields(partner with { ResellerCode = "RS1" }, partner with { ResellerCode = "rs1" }).ShouldBe(["reseller_code"]);
        var customer = new Customer { Name = "x" };
        Fields(customer, customer with { ResellerCode = "RS1" }).ShouldBe(["reseller_code"]);
        Fields(customer with { ResellerCode = "RS1" }, customer).ShouldBe(["reseller_code"]);
    }

    private static string[] Fields(object before, object after) => [.. ReplacementRules.Check(before, after).Select(error => error.Key)];
}
