// APIC-04 and APIC-05: catalogues per customer with levels, published versions, and purchases from a version that stands no more (domain 1.4).
namespace OrleansBilling.Server.Tests.Billing;

public sealed class CataloguesOnSqlite(OnSqlite place) : Catalogues(place), IClassFixture<OnSqlite>;

public sealed class CataloguesOnPostgres(OnPostgres place) : Catalogues(place), IClassFixture<OnPostgres>;

public abstract class Catalogues(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task APIC_04_hours_are_rated_exactly_and_rounded_once()
    {
        await Provider("0.0450");
        await Agreed("direct", "x");
        await Scene.Subscribe("x-vm", "x", "04-01", ("direct", "cloud"));
        (await Admin.Events(Hours("a", "x-vm", "100.25"), Hours("b", "x-vm", "86.25"))).Accepted.ShouldBe(2);
        await Scene.Clock("05-01T00:10");
        var line = (await Scene.TheDocument("x")).List("lines").ShouldHaveSingleItem();
        (line.Text("quantity"), line.Text("unit_price"), line.Amount()).ShouldBe(("186.5", "0.045", "8.39"));
    }

    [Fact]
    public async Task APIC_05_a_catalogue_multiplies_and_a_purchase_from_an_older_version_is_refused()
    {
        await Provider("0.0500");
        await Put("gold", new { compute = new { multiplier = "1" } });
        await Agreed("direct", "x");
        await Agreed("custom", "y", Scene.Id("gold"));
        (await Purchase("y-vm", "y", "custom", 1)).Refused(400, "invalid_request").Body.ShouldContain("never published");
        for (var version = 1; version <= 7; version++)
        {
            await Put("gold", new { compute = new { multiplier = version == 7 ? "0.9" : $"0.{version}" } });
            (await Publish("gold")).ShouldBe(version);
        }

        (await Publish("gold")).ShouldBe(7);
        (await Purchase("y-vm", "y", "custom", null)).Refused(409, "stale_catalogue").Fields.ShouldBe(["catalogue_version"]);
        (await Purchase("y-vm", "y", "custom", 6)).Refused(409, "stale_catalogue");
        (await Purchase("y-vm", "y", "custom", 7)).Expect(201).Json.List("legs").Single().Text("plan").ShouldBe(Scene.Id("gold"));
        (await Purchase("x-vm", "x", "direct", null)).Expect(201).Json.List("legs").Single().Text("plan").ShouldBe(Scene.Id("cloud"));
        // A draft that is not published changes nothing; a purchase that began on version 7 fails after version 8.
        await Put("gold", new { compute = new { multiplier = "0.8" } });
        (await Purchase("y-2", "y", "custom", 7)).Expect(201);
        await Scene.Clock("04-20");
        (await Publish("gold")).ShouldBe(8);
        (await Purchase("y-3", "y", "custom", 7)).Refused(409, "stale_catalogue");
        (await Purchase("y-3", "y", "custom", 8)).Expect(201);
        // What was purchased before stands, and is written again as it was asked for.
        (await Purchase("y-vm", "y", "custom", 7)).Expect(200);
        await Scene.Clock("04-22");
        (await Admin.Events(Hours("a", "x-vm", "720"), Hours("b", "y-vm", "720", "04-16T00:00"), Hours("c", "y-3", "100", "04-21T00:00"))).Accepted.ShouldBe(3);
        await Scene.Clock("05-01T00:10");
        (await Scene.TheDocument("x")).Amount("net").ShouldBe("36.00");
        (await Scene.TheDocument("y")).List("lines").Select(line => line.Amount()).ShouldBe(["32.40", "4.00"], ignoreOrder: true);
    }

    [Fact]
    public async Task what_is_switched_off_is_not_sold_and_catalogues_are_the_operators()
    {
        await Provider("0.0500");
        await Admin.Put($"/v1/catalogues/{Scene.Id("silver")}", new
        {
            @base = Scene.Id("cloud"), levels = new { item = new Dictionary<string, object> { ["disk"] = new { enabled = false }, ["vm"] = new { price = "0.03" } } },
        });
        await Publish("silver");
        await Agreed("custom", "y", Scene.Id("silver"));
        (await Purchase("y-vm", "y", "custom", 1)).Expect(201);
        (await Admin.Events(Hours("a", "y-vm", "10"))).Only.ShouldBe("accepted");
        (await Admin.Events(Hours("b", "y-vm", "10", type: "disk"))).Only.ShouldBe("no_price");
        (await Usage()).ShouldBe("0.30");

        (await Admin.TryPut($"/v1/catalogues/{Scene.Id("silver")}", new { @base = Scene.Id("cloud"), levels = new { shelf = new { a = new { } } } }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["levels.shelf"]);
        await Admin.Put($"/v1/catalogues/{Scene.Id("silver")}", new { @base = Scene.Id("cloud"), levels = new { item = new { nothing = new { enabled = false } } } });
        (await Admin.TryPost($"/v1/catalogues/{Scene.Id("silver")}/publish")).Refused(409, "conflict").Fields.ShouldBe(["levels.item.nothing"]);
        (await Admin.TryPost($"/v1/catalogues/{Scene.Id("none")}/publish")).Refused(404, "not_found");
        // A plan of its own is not written over.
        await Admin.Put($"/v1/catalogues/{Scene.Id("cloud")}", new { @base = Scene.Id("cloud"), levels = new { } });
        (await Admin.TryPost($"/v1/catalogues/{Scene.Id("cloud")}/publish")).Refused(409, "conflict").Fields.ShouldBe(["id"]);
        var y = await KeyOf("y", "billing:read", "billing:write");
        (await y.TryGet($"/v1/catalogues/{Scene.Id("silver")}")).Refused(404, "not_found");
        (await y.TryPost($"/v1/catalogues/{Scene.Id("silver")}/publish")).Refused(403, "insufficient_scope");
    }

    async Task Provider(string price)
    {
        await Scene.Clock("04-01");
        foreach (var meter in new[] { "vm", "disk" }) await Admin.Put($"/v1/meters/{Scene.Id(meter)}", new { unit = "hour" });
        await Scene.Seller("provider");
        foreach (var customer in new[] { "x", "y" }) await Admin.Put($"/v1/customers/{Scene.Id(customer)}", new { name = customer });
        await Scene.Plan("cloud",
            new { id = "vm", kind = "usage", meter = Scene.Id("vm"), unit_price = price, service = "compute" },
            new { id = "disk", kind = "usage", meter = Scene.Id("disk"), unit_price = "0.01", service = "storage" });
        await Scene.Clock("04-15");
    }

    async Task Agreed(string id, string customer, string? catalogue = null) => await Admin.Put($"/v1/agreements/{Scene.Id(id)}", new Dictionary<string, object?>
    {
        ["kind"] = "wholesale", ["seller"] = Scene.Id("provider"), ["buyer"] = Scene.Id(customer), ["calendar"] = await Scene.Calendar(),
        ["tax"] = new { category = "S", rate = "25.5" }, ["catalogue"] = catalogue,
    }.Where(member => member.Value is not null).ToDictionary());

    Task Put(string id, object service) => Admin.Put($"/v1/catalogues/{Scene.Id(id)}", new { @base = Scene.Id("cloud"), levels = new { service } });

    async Task<int> Publish(string id) => (await Admin.Post($"/v1/catalogues/{Scene.Id(id)}/publish")).Json.Int("version");

    async Task<Answer> Purchase(string id, string customer, string agreement, int? version)
    {
        var body = new Dictionary<string, object>
        {
            ["customer"] = Scene.Id(customer), ["starts_at"] = Scene.At("04-01"), ["legs"] = new[] { new { agreement = Scene.Id(agreement), plan = Scene.Id("cloud") } },
        };
        if (version is not null) body["catalogue_version"] = version;
        return await Admin.TryPut($"/v1/subscriptions/{Scene.Id(id)}", body);
    }

    System.Text.Json.Nodes.JsonObject Hours(string id, string subscription, string quantity, string time = "04-12T10:00", string type = "vm")
    {
        var one = Scene.Sms(id, subscription, time, type: Scene.Id(type));
        one["data"]!["quantity"] = quantity;
        return one;
    }

    async Task<string> Usage() => (await Admin.Get($"/v1/subscriptions/{Scene.Id("y-vm")}/usage?period={Scene.Month("04")}")).Json.List("meters").Single()
        .List("legs").Single().Amount();
}
