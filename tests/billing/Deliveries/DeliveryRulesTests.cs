// Which final states refund a message, by charge point and by what the agreement says of messages that nobody hears of (domain 4.3).
using OrleansBilling.Billing.Deliveries;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Deliveries;

public sealed class DeliveryRulesTests
{
    [Theory]
    [InlineData("REJECTD", "submit, deliver", "submit, deliver")]
    [InlineData("UNDELIV", "deliver", "deliver")]
    [InlineData("EXPIRED", "deliver", "deliver")]
    [InlineData("DELETED", "deliver", "deliver")]
    [InlineData("DELIVRD", "", "")]
    [InlineData("ACCEPTD", "", "deliver")]
    [InlineData("UNKNOWN", "", "deliver")]
    [InlineData("ENROUTE", "", "")]
    public void a_message_is_owed_from_its_charge_point_on(string state, string whenCharged, string whenRefunded)
    {
        DeliveryRules.States.ShouldContain(state);
        string Points(string noReport) => string.Join(", ", new[] { "accept", "submit", "deliver" }.Where(point => DeliveryRules.Refunds(state, point, noReport)));
        (Points("charge"), Points("refund")).ShouldBe((whenCharged, whenRefunded));
    }

    [Fact]
    public void every_state_is_in_the_table() => DeliveryRules.States.Count.ShouldBe(8);
}
