// What an event costs: the charge that matches best, by the plan version and the period of its own time.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Rating;

public sealed class RatingTests
{
    private const string Now = "2025-05-12T12:00:00Z";

    [Theory]
    [InlineData("", "default")]
    [InlineData("country=EE", "default")]
    [InlineData("country=", "default")]
    [InlineData("country=fi", "default")]
    [InlineData("country=FI", "country")]
    [InlineData("net=1", "net")]
    [InlineData("sender=x", "sender")]
    [InlineData("net=1,sender=x", "net", "one of two: the meter's order decides")]
    [InlineData("country=FI,sender=x", "country sender", "two win over one")]
    [InlineData("country=FI,net=1", "country", "no price has both, the meter names country first")]
    [InlineData("country=FI,net=2,sender=x", "country sender")]
    [InlineData("country=EE,net=2,sender=x", "net sender")]
    [InlineData("country=FI,net=1,sender=x", "country sender", "no price has all three")]
    [InlineData("country=EE,net=1,sender=y", "net")]
    [InlineData("country=FI,other=1,another=2", "country", "members that no price knows")]
    [InlineData("sender=FI", "default", "the value of another dimension")]
    public void the_most_specific_price_wins(string dimensions, string charge, string why = "")
    {
        var leg = World.Leg(
            World.Price("default", "1"), World.Price("country", "2", "country=FI"), World.Price("net", "3", "net=1"), World.Price("sender", "4", "sender=x"),
            World.Price("country sender", "5", "sender=x,country=FI"), World.Price("net sender", "6", "net=2,sender=x"));
        ChargeOf(leg, new TestEvent("1", Now, dimensions: dimensions)).ShouldBe(charge, why);
    }

    [Fact]
    public void without_a_default_what_matches_nothing_has_no_price() =>
        World.Leg(World.Price("fi", "1", "country=FI")).TryRate(Record(new TestEvent("1", Now, dimensions: "country=EE")), out _).ShouldBeFalse();

    [Fact]
    public void long_values_match_as_short_ones_do()
    {
        var (country, net) = (new string('ä', 128), new string('n', 128));
        var leg = World.Leg(World.Price("default", "1"), World.Price("long", "2", $"country={country},net={net},sender={country}"));
        ChargeOf(leg, new TestEvent("1", Now, dimensions: $"country={country},net={net},sender={country}")).ShouldBe("long");
        ChargeOf(leg, new TestEvent("1", Now, dimensions: $"country={country},net={net}x,sender={country}")).ShouldBe("default");
        ChargeOf(leg, new TestEvent("1", Now, dimensions: $"country={new string('x', 1024)},net={net},sender={country}")).ShouldBe("default");
    }

    [Fact]
    public void values_do_not_run_into_each_other()
    {
        var leg = World.Leg(World.Price("default", "1"), World.Price("ab-c", "2", "country=ab,net=c"));
        ChargeOf(leg, new TestEvent("1", Now, dimensions: "country=a,net=bc")).ShouldBe("default");
        ChargeOf(leg, new TestEvent("1", Now, dimensions: "country=abc,net=")).ShouldBe("default");
    }

    [Theory]
    [InlineData("2024-12-31T21:59:59.999999Z", null)]
    [InlineData("2024-12-31T22:00:00Z", 1)] // midnight in Helsinki, winter
    [InlineData("2025-05-14T20:59:59.999999Z", 1)]
    [InlineData("2025-05-14T21:00:00Z", 2)] // midnight in Helsinki, summer
    [InlineData("2025-06-01T11:59:59.999999Z", 2)]
    [InlineData("2025-06-01T12:00:00Z", 3)]
    public void the_plan_version_is_that_of_the_events_own_time(string time, int? version)
    {
        var leg = World.Leg("retail", World.Helsinki, ("2025-01-01", [World.Price("sms", "1")]), ("2025-05-15", [World.Price("sms", "2")]),
            ("2025-06-01T12:00:00Z", [World.Price("sms", "3")]));
        leg.TryRate(Record(new TestEvent("1", time)), out var rated).ShouldBe(version is not null);
        if (version is not null)
            (rated.Identity.PlanVersion, rated.Charge.UnitPrice).ShouldBe((version.Value, version.Value));
    }

    [Theory]
    [InlineData("2025-03-29T21:59:59.999999Z", "2025-03", "2025-04")]
    [InlineData("2025-03-31T20:59:59.999999Z", "2025-03", "2025-04")] // after the clocks went forward
    [InlineData("2025-03-31T21:00:00Z", "2025-04", "2025-04")]
    [InlineData("2025-03-25T03:59:59.999999Z", "2025-03", "2025-03")]
    [InlineData("2025-03-25T04:00:00Z", "2025-03", "2025-04")]
    [InlineData("2025-10-31T21:59:59.999999Z", "2025-10", "2025-11")]
    [InlineData("2025-10-31T22:00:00Z", "2025-11", "2025-11")]
    [InlineData("2025-11-25T04:59:59.999999Z", "2025-11", "2025-11")]
    [InlineData("2025-11-25T05:00:00Z", "2025-11", "2025-12")]
    public void the_period_is_that_of_the_events_own_time_in_the_zone_of_the_leg(string time, string helsinki, string newYork)
    {
        var terms = World.Terms(
            World.Leg("wholesale", World.Helsinki, ("2025-01-01", [World.Price("a", "1")])),
            World.Leg("retail", World.NewYork25, ("2025-01-01", [World.Price("a", "1")])));
        foreach (var leg in terms.Legs)
        {
            // Asked twice with another period in between: what is remembered must not answer for its neighbour.
            leg.TryRate(Record(new TestEvent("1", "2025-07-01T00:00:00Z")), out _);
            leg.TryRate(Record(new TestEvent("1", time)), out _);
            leg.TryRate(Record(new TestEvent("1", time)), out var rated).ShouldBeTrue();
            rated.Identity.Period.Label.ShouldBe(leg.AgreementId == "wholesale" ? helsinki : newYork);
        }
    }

    [Fact]
    public void an_event_of_a_cell_that_is_known_gets_the_same_identity_object()
    {
        var charges = Enumerable.Range(0, 200).Select(number => World.Price($"c{number}", "1", $"country={number}")).ToArray();
        var leg = World.Leg(charges);
        var all = charges.Select(charge => Identity(leg, charge.Match["country"])).ToArray();
        charges.Select(charge => Identity(leg, charge.Match["country"])).Zip(all).ShouldAllBe(pair => ReferenceEquals(pair.First, pair.Second));
    }

    [Fact]
    public void a_meter_that_counts_takes_every_event_for_one()
    {
        var state = new SubscriptionState();
        state.Decide(World.Terms(World.Leg(World.Price("call", "0.10", meter: "call"))), Now,
            new TestEvent("1", Now, 7.5m, "call"), new TestEvent("2", Now, 0, "call"));
        state.Ledger().ShouldBe(["retail call.1 2025-05 2 x 2 = 0.2"]);
    }

    [Fact]
    public void a_price_per_thousand_is_exact_for_every_unit()
    {
        var state = new SubscriptionState();
        state.Decide(World.Terms(World.Leg(World.Price("k", "0.01", per: 1000))), Now, new TestEvent("1", Now, 1), new TestEvent("2", Now, 1499));
        state.Ledger().ShouldBe(["retail k.1 2025-05 2 x 1500 = 0.015"]);
    }

    internal static UsageRecord Record(TestEvent one)
    {
        var reader = new PackedReader(World.Pack(one));
        return UsageRecord.Read(ref reader);
    }

    private static CellIdentity Identity(Billing.Rating.LegRater leg, string country)
    {
        leg.TryRate(Record(new TestEvent("1", Now, dimensions: $"country={country}")), out var rated).ShouldBeTrue();
        return rated.Identity;
    }

    private static string ChargeOf(Billing.Rating.LegRater leg, TestEvent one)
    {
        leg.TryRate(Record(one), out var rated).ShouldBeTrue();
        return rated.Charge.Id;
    }
}
