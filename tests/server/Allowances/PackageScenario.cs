// A client with a package on its retail leg, whose reseller pays per segment; and how packages are asked for.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Allowances;

public abstract class PackageScenario(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    /// <summary>Wholesale at 0.035 and retail at 0.05, both invoiced.</summary>
    protected Task Client(string id) => Scene.Subscribe(id, "alfa", "05-01", ("wholesale", "cost"), ("retail", "price"));

    protected string Grants(string subscription) => $"/v1/subscriptions/{Scene.Id(subscription)}/grants";

    /// <summary>A package; other members of the body by name.</summary>
    protected Dictionary<string, object> Package(string id, string quantity, string price, params (string Name, object Value)[] members)
    {
        var body = new Dictionary<string, object> { ["id"] = id, ["meter"] = "sms.mt.segment", ["quantity"] = quantity, ["price"] = price };
        foreach (var (name, value) in members)
            body[name] = value;
        return body;
    }

    protected Task<Answer> TryGrant(string subscription, Dictionary<string, object> body, Api? by = null) => (by ?? Admin).TryPost(Grants(subscription), body);

    protected async Task Grant(string subscription, Dictionary<string, object> body) => (await TryGrant(subscription, body)).Expect(200);

    protected (string, object) Retail => ("agreement", Scene.Id("retail"));

    /// <summary>One package as the balance tells it: used, held, remaining, state.</summary>
    protected async Task<(string Used, string Held, string Remaining, string State)> Left(string subscription, string grant)
    {
        var one = (await Admin.Get($"/v1/subscriptions/{Scene.Id(subscription)}/balance")).Json.List("allowances").Single(one => one.Text("grant") == grant);
        return (one.Text("used"), one.Text("held"), one.Text("remaining"), one.Text("state"));
    }

    /// <summary>Lines as kind, description, quantity, unit price and amount.</summary>
    protected static IReadOnlyList<string> Lines(JsonElement document) => [.. document.List("lines").Select(line => string.Join(" | ", line.Text("kind"),
        line.Text("description"), line.Text("quantity"), line.TryGetProperty("unit_price", out var price) ? price.GetString() : "-",
        line.Amount()))];
}
