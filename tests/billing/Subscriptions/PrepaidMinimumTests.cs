// Minimums on legs that a wallet pays: which versions are looked at.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Subscriptions;

public sealed class PrepaidMinimumTests
{
    [Theory]
    [InlineData("2025-06-01", false)] // In force, or to come.
    [InlineData("2025-05-31", false)]
    [InlineData("2025-06-03", true)] // Over by then.
    public void a_version_with_a_minimum_is_refused_unless_it_is_over(string begins, bool isFine)
    {
        (int, PlanVersion)[] versions = [(1, Version("2025-01-01", 5)), (2, Version("2025-06-01", null))];
        var fault = PrepaidMinimums.Fault("p", versions, World.At(begins + "T00:00:00Z"));
        if (isFine) fault.ShouldBeNull();
        else fault.ShouldBe("plan \"p\" has a minimum (charge \"sms\"): minimums are refused where a wallet pays");
    }

    [Fact]
    public void a_version_that_is_to_come_counts_and_a_plan_without_versions_has_no_minimum()
    {
        PrepaidMinimums.Fault("p", [(1, Version("2025-01-01", null)), (2, Version("2026-01-01", 5))], World.At("2025-06-01T00:00:00Z")).ShouldNotBeNull();
        PrepaidMinimums.Fault("p", [(1, Version("2026-01-01", 5))], World.At("2025-06-01T00:00:00Z")).ShouldNotBeNull();
        PrepaidMinimums.Fault("p", [], World.At("2025-06-01T00:00:00Z")).ShouldBeNull();
    }

    private static PlanVersion Version(string from, decimal? minimum) => new()
    {
        EffectiveFrom = new EffectiveFrom { Date = NodaTime.Text.LocalDatePattern.Iso.Parse(from).Value },
        Charges = [World.Price("sms", "0.1") with { Minimum = minimum }],
    };
}
