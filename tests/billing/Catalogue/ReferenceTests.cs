// References: what is asked for, what is missing, and what does not fit together.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using NodaTime;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Catalogue;

public sealed class ReferenceTests
{
    private static readonly Seller Operator = new() { Name = "Operator", Country = "FI", Currency = "EUR", TimeZone = "Europe/Helsinki" };
    private static readonly Partner NordReach = new() { Name = "NordReach", Country = "SE", Currency = "SEK" };
    private static readonly Customer Alfa = new() { Name = "Alfa", Partner = "nordreach" };
    private static readonly Agreement Wholesale = Terms("operator", "nordreach");
    private static readonly Agreement Retail = Terms("nordreach", "alfa");

    [Fact]
    public void a_subscription_asks_for_its_agreements_and_then_for_their_parties()
    {
        var (subscription, known) = (TwoLegs(), new KnownDefinitions());
        References.Missing(subscription, known)
            .ShouldBe([("customer", "alfa"), ("agreement", "cost"), ("plan", "cost"), ("agreement", "retail"), ("plan", "retail")]);
        foreach (var (kind, id) in References.Missing(subscription, known)) known.Add(kind, id, Stored(kind, id));
        References.Missing(subscription, known).ShouldBe([("seller", "operator"), ("partner", "operator"), ("partner", "nordreach"), ("customer", "nordreach"),
            ("seller", "nordreach"), ("partner", "alfa")]);
        Should.Throw<InvalidOperationException>(() => References.Check(subscription, known));
        foreach (var (kind, id) in References.Missing(subscription, known)) known.Add(kind, id, Stored(kind, id));
        References.Missing(subscription, known).ShouldBeEmpty();
        References.Check(subscription, known).ToString().ShouldBe("");
    }

    [Fact]
    public void what_is_missing_is_named_by_its_field()
    {
        Faults(new Customer { Name = "x", Partner = "nobody" }).ShouldBe("partner: no partner \"nobody\"");
        Faults(new Customer { Name = "x", ResellerCode = "RS9" }).ShouldBe("reseller_code: no reseller_code \"RS9\"");
        Faults(Terms("alfa", "operator") with { Calendar = "never" }).Split('\n').ShouldBe(
            ["seller: no seller or partner \"alfa\"", "buyer: no partner or customer \"operator\"", "calendar: no calendar \"never\""]);
        Faults(TwoLegs() with { Customer = "x", Legs = [new Leg { Agreement = "x", Plan = "y" }] }).Split('\n').ShouldBe(
            ["customer: no customer \"x\"", "legs[0].agreement: no agreement \"x\"", "legs[0].plan: no plan \"y\""]);
    }

    [Fact]
    public void a_plan_is_priced_in_the_currency_of_its_agreement()
    {
        Faults(TwoLegs() with { Legs = [new Leg { Agreement = "cost", Plan = "euro" }] })
            .ShouldBe("legs[0].plan: plan \"euro\" is priced in EUR, but agreement \"cost\" bills in SEK");
        References.CurrencyOf(Operator, NordReach).ShouldBe("SEK");
        References.CurrencyOf(NordReach, Alfa).ShouldBe("SEK");
        References.CurrencyOf(Operator, Alfa with { Currency = "NOK" }).ShouldBe("NOK");
    }

    [Fact]
    public void a_match_speaks_of_the_dimensions_of_its_meter()
    {
        UsageCharge Charge(string id, string meter, string dimension) => new() { Id = id, Meter = meter, UnitPrice = 1, Match = new() { [dimension] = "FI" } };
        var version = new PlanVersion
        {
            EffectiveFrom = new EffectiveFrom { Date = new LocalDate(2025, 1, 1) },
            Charges = [Charge("a", "sms", "country"), Charge("b", "sms", "colour"), Charge("c", "none", "country"),
                new RecurringCharge { Id = "d", Price = 1 }],
        };
        Faults(version).Split('\n').ShouldBe(["charges[2].meter: no meter \"none\"", "charges[1].match.colour: is no dimension of meter \"sms\""]);
    }

    private static string Faults(object definition)
    {
        var known = new KnownDefinitions();
        for (var round = 0; References.Missing(definition, known) is { Count: > 0 } missing; round++)
        {
            round.ShouldBeLessThan(2);
            foreach (var (kind, id) in missing) known.Add(kind, id, Stored(kind, id));
        }
        return DefinitionRules.Check(definition, known).ToString();
    }

    private static object? Stored(string kind, string id) => (kind, id) switch
    {
        ("seller", "operator") => Operator,
        ("partner", "nordreach") => NordReach,
        ("customer", "alfa") => Alfa,
        ("agreement", "cost") => Wholesale,
        ("agreement", "retail") => Retail,
        ("calendar", "monthly") => new Calendar { TimeZone = "Europe/Helsinki" },
        ("plan", "euro") => new Plan { Name = "Euro", Currency = "EUR" },
        ("plan", "cost" or "retail") => new Plan { Name = id, Currency = "SEK" },
        ("meter", "sms") => new Meter { Unit = "segment", Dimensions = ["country"] },
        _ => null,
    };

    private static Subscription TwoLegs() => new()
    {
        Customer = "alfa", StartsAt = Instant.FromUtc(2025, 5, 1, 0, 0),
        Legs = [new Leg { Agreement = "cost", Plan = "cost" }, new Leg { Agreement = "retail", Plan = "retail" }],
    };

    private static Agreement Terms(string seller, string buyer) => new()
    {
        Kind = "wholesale", Seller = seller, Buyer = buyer, Calendar = "monthly", Tax = new TaxTerms { Category = "S", Rate = 25.5m },
    };
}
