// ANTX, edge rule f: a customer or partner moved at an instant; usage and fees split there, and each partner sees its own time (domain 1.1, 3.1, 3.8).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Parties;

public sealed class MovesOnSqlite(OnSqlite place) : Moves(place), IClassFixture<OnSqlite>;

public sealed class MovesOnPostgres(OnPostgres place) : Moves(place), IClassFixture<OnPostgres>;

public abstract partial class Moves(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task ANTX_f_usage_and_fees_split_at_the_instant_between_the_old_and_the_new_partner()
    {
        await Two();
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Scene.Sms("a", "alfa-sms", "05-10T10:00", 100), Scene.Sms("b", "beta-sms", "05-10T10:00", 11));
        await Scene.Clock("05-16");
        var moved = (await Move("customers", "alfa", "south", "05-16")).Expect(200).Json;
        EndsLater("05-16");
        moved.List("parents").Select(edge => Scene.Name(edge.Text("parent"))).ShouldBe(["north", "south"]);
        (await Move("customers", "alfa", "south", "05-16")).Expect(200).Body.ShouldBe(moved.GetRawText());
        await Scene.Clock("05-16T09:00");
        // Under the name that it always had; the second one happened before the move and comes after it.
        (await Admin.Events(Scene.Sms("c", "alfa-sms", "05-16", 40), Scene.Sms("d", "alfa-sms", "05-15T23:59:59", 7), Scene.Sms("e", "alfa-sms", "05-16T08:00", 2)))
            .Counts.ShouldBe((3, 0, 0, 0));
        (await Admin.Events(Scene.Sms("c", "alfa-sms", "05-16", 40))).Counts.ShouldBe((0, 1, 0, 0));
        var retract = new
        {
            id = Scene.Id("take-back"), subscription = Scene.Id("alfa-sms"), action = "retract", reason = "test",
            corrects = new { source = "/scenarios", id = "e", time = Scene.At("05-16T08:00") },
        };
        (await Admin.TryPost("/v1/corrections", retract)).Expect(200);

        (await Seen("north", "customers/alfa")).ShouldBe("107: north-alfa 6.42, op-north 4.815");
        (await Seen("south", "customers/alfa")).ShouldBe("40: op-south 1.80, south-alfa 2.40");
        (await Seen("north", "partners/north")).ShouldBe("118: north-alfa 6.42, op-north 5.31");
        (await Seen("south", "partners/south")).ShouldBe("40: op-south 1.80, south-alfa 2.40");
        (await Seen("north", "partners/north", "period=" + Scene.Date("05-01") + ".." + Scene.Date("05-31"))).ShouldBe("118: north-alfa 6.42, op-north 5.31");
        (await Seen(null, "customers/alfa")).ShouldBe("147: north-alfa 6.42, op-north 4.815, op-south 1.80, south-alfa 2.40");

        await Scene.Clock("06-01T00:10");
        (await Net("north", "op-north")).ShouldBe(("30.31", "0.50+15.00+4.82+9.99"));
        (await Net("south", "op-south")).ShouldBe(("17.80", "1.80+16.00"));
        var statements = await Scene.Documents("alfa", "statement");
        statements.Select(one => (Scene.Name(one.Text("seller")), one.Amount("net"))).ShouldBe([("north", "6.42"), ("south", "2.40")], ignoreOrder: true);
    }

    [Fact]
    public async Task ANTX_f_included_units_tiers_and_minimums_begin_anew_with_the_new_partner()
    {
        await Two();
        await Scene.Plan("floor", new { id = "sms", kind = "usage", meter = "sms.mt.segment", model = "per_unit", included = "100", overage = "0.05", minimum = "8.00" });
        await Scene.Plan("steps", new
        {
            id = "sms", kind = "usage", meter = "sms.mt.segment", model = "graduated", minimum = "12.00",
            tiers = new object[] { new { up_to = "100", unit_price = "0.10" }, new { unit_price = "0.05" } },
        });
        foreach (var id in new[] { "floor", "steps" }) await Scene.Subscribe($"alfa-{id}", "alfa", "05-01", ("op-north", id));
        await Scene.Clock("05-12T12:00");
        foreach (var id in new[] { "floor", "steps" }) await Admin.Events(Scene.Sms(id + "a", $"alfa-{id}", "05-10T10:00", 150));
        await Scene.Clock("05-16");
        (await Move("customers", "alfa", "south", "05-16")).Expect(200);
        EndsLater("05-16");
        foreach (var id in new[] { "floor", "steps" }) Scene.EndsLater($"alfa-{id}:2", Body("alfa", "05-16", ("op-south", id)));
        await Scene.Clock("05-20");
        foreach (var id in new[] { "floor", "steps" }) await Admin.Events(Scene.Sms(id + "b", $"alfa-{id}", "05-19T10:00", 120));
        await Scene.Clock("06-01T00:10");
        // 50 and 20 beyond the included ones, each filled up to its partner's own minimum; together they would be 170, and above one minimum.
        (await Of("north", "alfa-floor")).ShouldBe("2.50+5.50");
        (await Of("south", "alfa-floor:2")).ShouldBe("1.00+7.00");
        // 100 at 0.10 and 50 at 0.05; 100 at 0.10 again, and 20 at 0.05.
        (await Of("north", "alfa-steps")).ShouldBe("12.50");
        (await Of("south", "alfa-steps:2")).ShouldBe("1.00+11.00");

        async Task<string> Of(string partner, string subscription)
        {
            var document = await Scene.Document((await Scene.Documents(partner)).Single(one => one.Text("agreement") == Scene.Id("op-" + partner)));
            return string.Join('+', document.List("lines").Where(line => line.Text("subscription") == Scene.Id(subscription)).Select(line => line.Amount())
                .OrderBy(amount => amount.Exact()));
        }
    }

    [Fact]
    public async Task Each_partner_sees_what_was_its_own_and_nothing_of_the_others_time()
    {
        await Two();
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Scene.Sms("a", "alfa-sms", "05-10T10:00", 100));
        var (north, south) = (await KeyOf("north", "usage:read", "usage:write", "billing:read"), await KeyOf("south", "usage:read", "usage:write", "billing:read"));
        (await south.TryGet($"/v1/customers/{Scene.Id("alfa")}")).Refused(404, "not_found");
        await Scene.Clock("05-16");
        (await Move("customers", "alfa", "south", null)).Expect(200);
        EndsLater("05-16");
        await Admin.Put($"/v1/customers/{Scene.Id("alfa")}", new { name = "Alfa renamed", partner = Scene.Id("south"), kind = "organization" });
        await Scene.Clock("05-16T09:00");
        (await south.Events(Scene.Sms("c", "alfa-sms", "05-16T08:00", 40))).Counts.ShouldBe((1, 0, 0, 0));
        (await north.Events(Scene.Sms("x", "alfa-sms", "05-16T08:30", 1))).Only.ShouldBe("unknown_subscription");

        (await north.Get($"/v1/customers/{Scene.Id("alfa")}")).Json.Text("name").ShouldBe("alfa");
        (await south.Get($"/v1/customers/{Scene.Id("alfa")}")).Json.Text("name").ShouldBe("Alfa renamed");
        (await north.Get("/v1/customers")).Json.List("data").Select(one => Scene.Name(one.Text("id"))).ShouldBe(["beta"]);
        (await south.Get("/v1/customers")).Json.List("data").Select(one => Scene.Name(one.Text("id"))).ShouldBe(["alfa"]);
        (await History(north, "alfa-sms")).ShouldBe(["a"]);
        (await south.TryGet($"/v1/subscriptions/{Scene.Id("alfa-sms")}/events")).Expect(404);
        (await History(south, "alfa-sms:2")).ShouldBe(["c"]);
        (await north.TryGet($"/v1/subscriptions/{Scene.Id("alfa-sms:2")}/events")).Expect(404);
        (await north.TryGet($"/v1/wallets/{Scene.Id("alfa")}")).Refused(404, "not_found");
        (await north.TryGet($"/v1/customers/{Scene.Id("alfa")}/parents")).Refused(403, "insufficient_scope");
        (await north.TryPost($"/v1/customers/{Scene.Id("alfa")}/move", new { to = Scene.Id("north") })).Refused(403, "insufficient_scope");
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("alfa-sms")}", Body("alfa", "05-01", ("op-north", "pro"), ("north-alfa", "retail"))))
            .Refused(409, "conflict").Fields.ShouldBe(["ends_at"]);
    }

    [Fact]
    public async Task A_move_is_planned_for_an_instant_to_come_and_happens_there()
    {
        await Two();
        await Scene.Clock("05-10");
        (await Move("customers", "alfa", "south", "05-20T12:00")).Expect(200);
        EndsLater("05-20T12:00");
        (await Move("customers", "alfa", "north", "05-25")).Refused(409, "conflict").Fields.ShouldBe(["at"]);
        var (north, south) = (await KeyOf("north", "billing:read"), await KeyOf("south", "billing:read"));
        await Scene.Clock("05-20T11:59");
        (await Partner()).ShouldBe("north");
        (await south.TryGet($"/v1/customers/{Scene.Id("alfa")}")).Refused(404, "not_found");
        (await Admin.Events(Scene.Sms("a", "alfa-sms", "05-20T11:58", 10))).Counts.ShouldBe((1, 0, 0, 0));
        await Scene.Clock("05-20T12:00");
        (await Partner()).ShouldBe("south");
        (await north.Get("/v1/customers")).Json.List("data").Select(one => Scene.Name(one.Text("id"))).ShouldBe(["beta"]);
        await Scene.Clock("05-20T12:01");
        (await Admin.Events(Scene.Sms("b", "alfa-sms", "05-20T12:00", 20))).Counts.ShouldBe((1, 0, 0, 0));
        await Scene.Clock("06-01T00:10");
        // The day of the move is one that both touch: 20 and 12 days of 31.
        (await Net("north", "op-north")).ShouldBe(("30.44", "0.45+20.00+9.99"));
        (await Net("south", "op-south")).ShouldBe(("12.90", "0.90+12.00"));

        async Task<string> Partner() => Scene.Name((await Admin.Get($"/v1/customers/{Scene.Id("alfa")}")).Json.Text("partner"));
    }

    [Fact]
    public async Task A_partner_that_is_moved_takes_its_customers_along_and_their_products_legs_follow()
    {
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator");
        foreach (var top in new[] { "r1", "r2" })
        {
            await Scene.Partner(top);
            await Scene.Agreement($"op-{top}", "operator", top);
        }
        await Admin.Put($"/v1/partners/{Scene.Id("sub")}", new { name = "sub", country = "FI", currency = "EUR", parent = Scene.Id("r1") });
        await Scene.Agreement("r1-sub", "r1", "sub");
        await Scene.Agreement("r2-sub", "r2", "sub");
        await Scene.Customer("c", "sub");
        await Scene.Agreement("sub-c", "sub", "c", documents: "statement");
        foreach (var (plan, price) in new[] { ("cost", "0.03"), ("price", "0.05") }) await Scene.Plan(plan, Charge.Sms(price));
        await Admin.Put($"/v1/products/{Scene.Id("sms")}", new
        {
            managed_by = Scene.Id("operator"), shared_with = new[] { Scene.Id("r1"), Scene.Id("r2") },
            plans = new { account = Scene.Id("price"), reseller = Scene.Id("cost") }, multiple = true,
        });
        await Admin.Put($"/v1/subscriptions/{Scene.Id("c-sms")}", new { customer = Scene.Id("c"), product = Scene.Id("sms"), starts_at = Scene.At("05-01") });
        (await Move("partners", "sub", "sub", null)).Refused(400, "invalid_request").Fields.ShouldBe(["to"]);
        (await Move("partners", "r1", "sub", null)).Refused(400, "invalid_request").Fields.ShouldBe(["to"]);
        (await Move("partners", "sub", "nobody", null)).Refused(400, "invalid_request").Fields.ShouldBe(["to"]);
        (await Move("customers", "nobody", "r1", null)).Refused(404, "not_found");
        (await Move("customers", "c", "r1", null)).Refused(409, "conflict").Fields.ShouldBe(["to"]);

        await Scene.Clock("05-16");
        await Admin.Events(Scene.Sms("a", "c-sms", "05-10T10:00", 1000));
        (await Move("partners", "sub", "r2", null)).Expect(200);
        Scene.EndsLater("c-sms:2", new() { ["customer"] = Scene.Id("c"), ["product"] = Scene.Id("sms"), ["starts_at"] = Scene.At("05-16") });
        await Scene.Clock("05-17");
        (await Admin.Events(Scene.Sms("b", "c-sms", "05-16T10:00", 500))).Counts.ShouldBe((1, 0, 0, 0));
        (await Seen("r1", "partners/r1")).ShouldBe("1000: op-r1 30.00, r1-sub 30.00");
        (await Seen("r2", "partners/r2")).ShouldBe("500: op-r2 15.00, r2-sub 15.00");
        (await Seen("sub", "partners/sub")).ShouldBe("1500: r1-sub 30.00, r2-sub 15.00, sub-c 75.00");
        (await (await KeyOf("r1", "billing:read")).TryGet($"/v1/partners/{Scene.Id("sub")}")).Refused(404, "not_found");
        (await (await KeyOf("r2", "billing:read")).Get($"/v1/partners/{Scene.Id("sub")}")).Json.Text("parent").ShouldBe(Scene.Id("r2"));
        await Scene.Clock("06-01T00:10");
        (await Net("r1", "op-r1")).ShouldBe(("30.00", "30.00"));
        (await Net("r2", "op-r2")).ShouldBe(("15.00", "15.00"));
        (await Scene.TheDocument("c", "statement")).SortedAmounts().ShouldBe(["25.00", "50.00"]);
    }

    [Fact]
    public async Task A_customer_whose_subscriptions_cannot_follow_is_not_moved()
    {
        await Two();
        await Scene.Partner("west");
        var refused = (await Move("customers", "alfa", "west", null)).Refused(409, "conflict");
        refused.Fields.ShouldBe(["to"]);
        refused.Body.ShouldContain("alfa-sms");
        (await Admin.Get($"/v1/customers/{Scene.Id("alfa")}")).Json.Text("partner").ShouldBe(Scene.Id("north"));
        (await Admin.Get($"/v1/customers/{Scene.Id("alfa")}/parents")).Json.List("parents").Count().ShouldBe(1);
        await Scene.Clock("05-03");
        (await Move("customers", "alfa", "south", "05-01")).Refused(409, "conflict").Fields.ShouldBe(["at"]);
    }

    // Two partners at the same wholesale price; alfa has a retail leg as well, beta only the partner's.
    async Task Two(string documents = "statement", params string[] retail)
    {
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator");
        foreach (var partner in new[] { "north", "south" })
        {
            await Scene.Partner(partner);
            await Scene.Agreement($"op-{partner}", "operator", partner);
        }
        await Scene.Customer("alfa", "north");
        await Scene.Customer("beta", "north");
        foreach (var partner in retail is [] ? ["north", "south"] : retail) await Scene.Agreement($"{partner}-alfa", partner, "alfa", documents: documents);
        await Scene.Plan("pro", Charge.Monthly("31.00", prorateFirst: true, prorateLast: true), Charge.Sms("0.0450"));
        await Scene.Plan("basic", Charge.Monthly("9.99"), Charge.Sms("0.0450"));
        await Scene.Plan("retail", Charge.Sms("0.0600"));
        await Scene.Subscribe("alfa-sms", "alfa", "05-01", ("op-north", "pro"), ("north-alfa", "retail"));
        await Scene.Subscribe("beta-sms", "beta", "05-01", ("op-north", "basic"));
    }

    void EndsLater(string from) => Scene.EndsLater("alfa-sms:2", Body("alfa", from, ("op-south", "pro"), ("south-alfa", "retail")));

    Dictionary<string, object> Body(string customer, string from, params (string Agreement, string Plan)[] legs) => new()
    {
        ["customer"] = Scene.Id(customer), ["starts_at"] = Scene.At(from),
        ["legs"] = legs.Select(leg => new { agreement = Scene.Id(leg.Agreement), plan = Scene.Id(leg.Plan) }).ToArray(), ["funding"] = new { mode = "postpaid" },
    };

    Task<Answer> Move(string kind, string party, string to, string? at) => Admin.TryPost($"/v1/{kind}/{Scene.Id(party)}/move",
        at is null ? new { to = Scene.Id(to) } : new { to = Scene.Id(to), at = Scene.At(at) });

    async Task<(string Net, string Lines)> Net(string buyer, string agreement)
    {
        var document = await Scene.Document((await Scene.Documents(buyer)).Single(one => one.Text("agreement") == Scene.Id(agreement)));
        return (document.Amount("net"), string.Join('+', document.LineAmounts().Order(StringComparer.Ordinal)));
    }

    async Task<string> Seen(string? key, string party, string query = "period=current")
    {
        var api = key is null ? Admin : await KeyOf(key, "usage:read");
        var meter = (await api.Get($"/v1/{party.Split('/')[0]}/{Scene.Id(party.Split('/')[1])}/usage?{query}")).Json.List("meters").Single();
        return $"{meter.Text("quantity")}: {string.Join(", ", meter.List("legs").Select(leg => $"{Scene.Name(leg.Text("agreement"))} {leg.Amount()}"))}";
    }

    async Task<IReadOnlyList<string>> History(Api api, string subscription) =>
        [.. (await api.Get($"/v1/subscriptions/{Scene.Id(subscription)}/events", "application/x-ndjson")).Lines.Select(line => JsonDocument.Parse(line).RootElement.Text("id"))];
}
