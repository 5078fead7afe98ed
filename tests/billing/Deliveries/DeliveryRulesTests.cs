// Which final states refund a message, by charge point (domain 4.3).
using OrleansBilling.Billing.Deliveries;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Deliveries;

public sealed class DeliveryRulesTests
{
    [Theory]
    [InlineData("REJECTD", "submit, deliver")]
    [InlineData("UNDELIV", "deliver")]
    [InlineData("EXPIRED", "deliver")]
    [InlineData("DELETED", "deliver")]
    [InlineData("DELIVRD", "")]
    [InlineData("ACCEPTD", "")]
    [InlineData("UNKNOWN", "")]
    [InlineData("ENROUTE", "")]
    public void a_message_is_owed_from_its_charge_point_on(string state, string refunded)
    {
        DeliveryRules.States.ShouldContain(state);
        string.Join(", ", new[] { "accept", "submit", "deliver" }.Where(point => DeliveryRules.Refunds(state, point))).ShouldBe(refunded);
    }
}
