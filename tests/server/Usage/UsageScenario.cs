// What scenarios of usage share: a partner with a customer and a subscription, in the middle of May.
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Usage;

public abstract class UsageScenario(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("sms", Charge.Sms("0.05"));
        await Scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "sms"));
        await Scene.Clock("05-12T12:00");
    }

    /// <summary>An event of an hour ago.</summary>
    protected JsonObject Event(string id, int quantity = 1, string subscription = "alfa-0") => Scene.Sms(id, subscription, "05-12T11:00", quantity, "FI");

    /// <summary>Units that the server has counted this month.</summary>
    protected async Task<string> Counted(string subscription = "alfa-0") => (await Scene.Usage("subscriptions", subscription)).Quantity;
}
