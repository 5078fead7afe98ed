// What a seal adds beside events: minimums, base prices, adjusted fees.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Closing;

public sealed class MinimumTests
{
    private static readonly UsageCharge Least = World.Price("sms", "0.10") with { Minimum = 5 };

    [Fact]
    public void what_is_missing_to_the_minimum_is_a_line_of_its_own_and_only_once()
    {
        var (state, terms) = (new SubscriptionState(), World.Terms("2025-05-01T00:00:00Z", null, World.Leg(Least)));
        state.Decide(terms, "2025-05-20T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z", 20));
        Lines(state, terms, "2025-05").ShouldBe(["recurring sms 2025-05 = 3", "usage sms 2025-05 = 2"]);
        state.Decide(terms, "2025-06-20T00:00:00Z", new TestEvent("2", "2025-06-02T00:00:00Z", 60), new TestEvent("late", "2025-05-30T00:00:00Z", 1));
        Lines(state, terms, "2025-06").ShouldBe(["usage sms 2025-05 = 0.1", "usage sms 2025-06 = 6"]);
    }

    [Fact]
    public void it_is_owed_for_every_period_of_service_and_for_no_other()
    {
        var (state, terms) = (new SubscriptionState(), World.Terms("2025-05-31T20:00:00Z", "2025-07-01T00:00:00Z", World.Leg(Least)));
        Lines(state, terms, "2025-04").ShouldBeEmpty();
        Lines(state, terms, "2025-07").ShouldBe(["recurring sms 2025-05 = 5", "recurring sms 2025-06 = 5", "recurring sms 2025-07 = 5"]);
        Lines(state, terms, "2025-08").ShouldBeEmpty();
    }

    [Fact]
    public void the_version_at_the_end_of_the_period_says_how_much()
    {
        var leg = World.Leg("retail", World.Helsinki, ("2025-01-01", [Least]), ("2025-05-15", [Least with { Minimum = 9 }]), ("2025-06-01", [World.Price("sms", "1")]));
        var state = new SubscriptionState();
        var terms = World.Terms("2025-05-01T00:00:00Z", null, leg);
        state.Decide(terms, "2025-05-20T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z", 10), new TestEvent("2", "2025-05-19T00:00:00Z", 10));
        Lines(state, terms, "2025-05").ShouldBe(["recurring sms 2025-05 = 7", "usage sms 2025-05 = 1", "usage sms 2025-05 = 1"]);
        Lines(state, terms, "2025-06").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("-10", "9")]
    [InlineData("5", "10.5")]
    [InlineData("-100", "0")]
    public void an_adjustment_changes_fees_and_nothing_else(string percent, string fee)
    {
        var plain = World.Leg(new RecurringCharge { Id = "fee", Price = 10 }, Least);
        var leg = new OrleansBilling.Billing.Rating.LegRater(plain.AgreementId,
            plain.Agreement with { FeeAdjustment = new FeeAdjustment { Percent = decimal.Parse(percent) } }, plain.PlanId, plain.Calendar, plain.Plan, meter => World.Meters[meter]);
        Lines(new SubscriptionState(), World.Terms("2025-05-01T00:00:00Z", null, leg), "2025-05").ShouldBe([$"recurring fee 2025-05 = {fee}", "recurring sms 2025-05 = 5"]);
    }

    private static string[] Lines(SubscriptionState state, SubscriptionTerms terms, string label)
    {
        var seal = SealDecider.Decide(state, terms, "helsinki", World.Helsinki.PeriodOf(label)!, 1, Micros.Of(World.At("2025-09-01T00:00:00Z")));
        SealFrame.Apply(state, 1, seal);
        return [.. seal.Lines.Select(line => $"{line.Kind} {line.Charge} {line.OriginalPeriod} = {line.Amount.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)}")
            .Order(StringComparer.Ordinal)];
    }
}
