// Tax by country and date where an agreement does not say it (domain 0.3, rules 9 and 12), and rates as facts that never change.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class TaxByCountryOnSqlite(OnSqlite place) : TaxByCountry(place), IClassFixture<OnSqlite>;

public sealed class TaxByCountryOnPostgres(OnPostgres place) : TaxByCountry(place), IClassFixture<OnPostgres>;

public abstract class TaxByCountry(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task the_rate_is_that_of_each_lines_own_period_and_each_is_rounded_once()
    {
        await Admin.Put("/v1/tax_rates/SE/2000-01-01", new { rate = "25" });
        await Admin.Put($"/v1/tax_rates/SE/{Scene.Date("06-01")}", new { rate = "24" });
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator", country: "SE");
        await Party("reseller", "SE", null);
        await Agreed("wholesale", "reseller");
        await Scene.Customer("alfa", "reseller");
        await Scene.Plan("plan", Charge.Monthly("9.99"), Charge.Sms("0.0333"));
        await Scene.Subscribe("s", "alfa", "05-01", ("wholesale", "plan"));
        await Scene.Clock("06-10");
        (await Scene.TheDocument("reseller")).List("tax_breakdown").Select(Text).ShouldBe(["S 25 9.99 2.50"]); // 2.4975
        // 5 segments of May that come late, 7 of June.
        (await Admin.Events(Scene.Sms("late", "s", "05-20T10:00", 5), Scene.Sms("june", "s", "06-05T10:00", 7))).Accepted.ShouldBe(2);
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("reseller") })).Json.List("documents").Single();
        await Scene.Clock("07-01T00:10");
        var june = await Scene.Document((await Scene.Documents("reseller"))[1]);
        june.List("lines").Select(line => (line.Amount(), line.Text("tax_rate"))).ShouldBe([("9.99", "24"), ("0.23", "24"), ("0.17", "25")]);
        june.List("tax_breakdown").Select(Text).ShouldBe(["S 24 10.22 2.45", "S 25 0.17 0.04"]); // 2.4528, 0.0425
        (june.Amount("net"), june.Amount("tax"), june.Amount("total")).ShouldBe(("10.39", "2.49", "12.88"));
        preview.GetProperty("tax_breakdown").ToString().ShouldBe(june.GetProperty("tax_breakdown").ToString());
        await Verified();
    }

    [Fact]
    public async Task what_would_take_a_category_below_zero_waits_and_the_rest_is_issued()
    {
        await Admin.Put("/v1/tax_rates/DE/2000-01-01", new { rate = "19" });
        await Admin.Put($"/v1/tax_rates/DE/{Scene.Date("06-01")}", new { rate = "20" });
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator", country: "DE");
        await Party("reseller", "DE", null);
        await Agreed("wholesale", "reseller");
        await Scene.Customer("alfa", "reseller");
        await Scene.Plan("plan", Charge.Monthly("9.99"), Charge.Sms("0.0333"));
        await Scene.Subscribe("s", "alfa", "05-01", ("wholesale", "plan"));
        await Scene.Clock("05-31");
        (await Admin.Events(Scene.Sms("a", "s", "05-30T10:00", 100))).Only.ShouldBe("accepted");
        await Scene.Clock("06-10");
        await Admin.Post("/v1/corrections", new
        {
            id = "c", subscription = Scene.Id("s"), action = "retract", reason = "never sent",
            corrects = new { source = "/scenarios", id = "a", time = Scene.At("05-30T10:00") },
        });
        (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("reseller") })).Json.List("documents").Single().List("tax_breakdown").Select(Text)
            .ShouldBe(["S 20 9.99 2.00"]);
        await Scene.Clock("07-02");
        var june = await Scene.Document((await Scene.Documents("reseller"))[1]);
        (june.List("tax_breakdown").Select(Text).ShouldHaveSingleItem(), june.LineAmounts().ShouldHaveSingleItem()).ShouldBe(("S 20 9.99 2.00", "9.99"));
        await Verified();
        (await Admin.Events(Scene.Sms("late", "s", "05-30T11:00", 200))).Only.ShouldBe("accepted");
        await Scene.Clock("08-01T00:10");
        var july = await Scene.Document((await Scene.Documents("reseller"))[2]);
        july.SortedAmounts().ShouldBe(["-3.33", "6.66", "9.99"]);
        july.List("tax_breakdown").Select(Text).ShouldBe(["S 19 3.33 0.63", "S 20 9.99 2.00"]);
        await Verified();
    }

    [Fact]
    public async Task another_member_with_a_valid_identifier_is_reverse_charged_and_without_one_is_not()
    {
        await Admin.Put("/v1/tax_rates/FI/2000-01-01", new { rate = "25.5" });
        await Scene.Clock("05-01");
        await Scene.Seller("operator");
        await Scene.Plan("plan", Charge.Monthly("100.00"));
        foreach (var (id, country, vatId) in new[] { ("home", "FI", "FI12345671"), ("tallinn", "EE", "EE123456789"), ("riga", "LV", null), ("vilnius", "LT", "LT12") })
        {
            await Party(id, country, vatId);
            await Agreed("of-" + id, id);
            await Scene.Customer(id + "-1", id);
            await Scene.Subscribe(id + "-s", id + "-1", "05-01", ("of-" + id, "plan"));
        }

        await Party("oslo", "NO", "NO123456789");
        (await TryAgree("of-oslo", "oslo")).Refused(400, "invalid_request").Fields.ShouldBe(["tax"]);
        await Agreed("of-oslo", "oslo", new { category = "G", rate = "0", reason = "Export" });
        await Scene.Seller("luxembourgish", country: "LU");
        await Party("lux", "LU", null);
        (await TryAgree("of-lux", "lux", seller: "luxembourgish")).Refused(400, "invalid_request").Body.ShouldContain("/v1/tax_rates/LU/");
        await Scene.Clock("06-01T00:10");
        (await Breakdown("home")).ShouldBe("S 25.5 100.00 25.50");
        (await Breakdown("tallinn")).ShouldBe("AE 0 100.00 0.00 Reverse charge");
        (await Breakdown("riga")).ShouldBe("S 25.5 100.00 25.50");
        (await Breakdown("vilnius")).ShouldBe("S 25.5 100.00 25.50");
        (await Scene.TheDocument("tallinn")).Amount("total").ShouldBe("100.00");
    }

    [Fact]
    public async Task rates_are_facts_the_operator_says_once_and_everybody_reads()
    {
        var (tax, fx) = ($"/v1/tax_rates/DK/{Scene.Date("01-01")}", $"/v1/fx_rates/USD/EUR/{Scene.Date("01-01")}");
        (await Admin.TryPut(tax, new { rate = "25" })).Expect(201);
        (await Admin.TryPut(tax, new { rate = "25" })).Expect(200);
        (await Admin.TryPut(tax, new { rate = "26" })).Refused(409, "conflict").Fields.ShouldBe(["rate"]);
        (await Admin.TryPut(fx, new { rate = "0.9212" })).Expect(201);
        (await Admin.TryPut(fx, new { rate = "0.9213" })).Refused(409, "conflict").Fields.ShouldBe(["rate"]);
        await Admin.Put($"/v1/fx_rates/USD/EUR/{Scene.Date("02-01")}", new { rate = "0.91" });
        (await Admin.TryPut("/v1/fx_rates/USD/USD/2025-02-30", new { rate = "1" })).Refused(400, "invalid_request").Fields.ShouldBe(["to", "date"]);
        (await Admin.TryPut("/v1/fx_rates/USD/XXX/2025-02-01", new { rate = "1" })).Refused(400, "invalid_request").Fields.ShouldBe(["to"]);
        (await Admin.TryPut("/v1/fx_rates/USD/EUR/2025-02-01", new { rate = "0" })).Refused(400, "invalid_request").Fields.ShouldBe(["rate"]);
        (await Admin.TryPut("/v1/tax_rates/dk/2025-02-01", new { rate = "101" })).Refused(400, "invalid_request").Fields.ShouldBe(["country"]);
        (await Admin.TryPut("/v1/tax_rates/DK/2025-02-01", new { rate = "101" })).Refused(400, "invalid_request").Fields.ShouldBe(["rate"]);
        await Scene.Partner("reader");
        var reader = await KeyOf("reader", "billing:read", "billing:write");
        (await reader.Get(tax)).Json.Text("rate").ShouldBe("25");
        (await reader.Get("/v1/fx_rates/USD/EUR")).Json.List("data").Select(rate => rate.Text("rate")).ShouldContain("0.9212");
        (await reader.TryPut(fx, new { rate = "0.5" })).Refused(403, "insufficient_scope");
        (await reader.TryGet("/v1/fx_rates/EUR/USD/2025-01-01")).Refused(404, "not_found");
    }

    Task Party(string id, string country, string? vatId) => Admin.Put($"/v1/partners/{Scene.Id(id)}", vatId is null
        ? new { name = id, country, currency = "EUR" } : new { name = id, country, currency = "EUR", vat_id = vatId });

    async Task Agreed(string id, string buyer, object? tax = null) => (await TryAgree(id, buyer, tax)).Expect(201);

    async Task<Answer> TryAgree(string id, string buyer, object? tax = null, string seller = "operator")
    {
        var calendar = await Scene.Calendar();
        return await Admin.TryPut($"/v1/agreements/{Scene.Id(id)}", tax is null
            ? new { kind = "wholesale", seller = Scene.Id(seller), buyer = Scene.Id(buyer), calendar }
            : new { kind = "wholesale", seller = Scene.Id(seller), buyer = Scene.Id(buyer), calendar, tax });
    }

    async Task<string> Breakdown(string party) => string.Join('|', (await Scene.TheDocument(party)).List("tax_breakdown").Select(Text));

    static string Text(JsonElement part) => $"{part.Text("category")} {part.Text("rate")} {part.Amount("net")} {part.Amount("tax")} "
        .TrimEnd() + (part.TryGetProperty("reason", out var reason) ? " " + reason.GetString() : "");

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
