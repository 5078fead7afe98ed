// Rate sheets of every network, and what they make of plans, lines and events (domain 4.2 and 4.3).
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class RateSheetsOnSqlite(OnSqlite place) : RateSheets(place), IClassFixture<OnSqlite>;

public sealed class RateSheetsOnPostgres(OnPostgres place) : RateSheets(place), IClassFixture<OnPostgres>;

public abstract class RateSheets(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    const string Meter = "sms.mt.segment";

    [Fact]
    public async Task MSG_a_sheet_of_ten_thousand_networks_prices_events_and_an_unknown_network_costs_the_default_and_says_so()
    {
        await Scene.Plan("routes", Charge.Monthly("5.00"));
        var sheet = "country,mccmnc,price\n" + string.Concat(Enumerable.Range(0, 10_000).Select(n => $"{Country(n)},{Network(n)},0.{1000 + n}\n")) + "FI,,0.5\n";
        var report = (await Sheet("routes", "05-10", sheet)).Expect(201).Json;
        (report.GetProperty("summary").Int("new"), report.List("changes").Count()).ShouldBe((10_001, 10_001));
        report.List("versions").ShouldHaveSingleItem().Int("charges").ShouldBe(10_002);
        await Scene.Subscribe("used", "alfa", "05-01", ("wholesale", "routes"));
        (await Admin.Events(Sent("a", 3, Country(7), Network(7)), Sent("b", 2, "FI", "24499"), Sent("c", 1, "FI", null), Sent("d", 1, "ZZ", "99999"))).Counts
            .ShouldBe((3, 0, 0, 1));
        await Scene.Clock("06-01T00:10");
        var lines = (await Scene.TheDocument("reseller")).List("lines").Where(line => line.Text("kind") == "usage").ToList();
        lines.Select(line => (line.Text("description"), line.Text("quantity"), line.Amount())).ShouldBe([
            ($"SMS segments, country {Country(7)}, mccmnc {Network(7)}", "3", "0.30"),
            ("SMS segments, country FI, network not listed", "3", "1.50")]);
    }

    [Fact]
    public async Task a_sheet_reports_increases_decreases_and_withdrawals_and_a_dry_run_writes_nothing()
    {
        await Scene.Plan("rates", Charge.Monthly("5.00"));
        await Sheet("rates", "05-10", "country,mccmnc,price\nFI,24491,0.0450\nEE,24801,0.0525\nSE,24001,0.0300\n");
        var next = $"price,mccmnc,country,effective\n0.0500,24491,FI,{Scene.Date("06-08")}\n0.0500,24801,EE,\n0.01,23801,DK,\n";
        var dry = (await Sheet("rates", "06-01", next, "&dry_run=true")).Expect(200).Json;
        Changes(dry).ShouldBe([$"FI 24491 increase 0.0450 0.0500 {Scene.Date("06-08")}", $"EE 24801 decrease 0.0525 0.0500 {Scene.Date("06-01")}",
            $"DK 23801 new  0.01 {Scene.Date("06-01")}", $"SE 24001 withdrawn 0.0300  {Scene.Date("06-01")}"]);
        dry.List("versions").Select(version => version.Text("effective_from")).ShouldBe([Scene.Date("06-01"), Scene.Date("06-08")]);
        (await Versions("rates")).ShouldBe(2);

        var key = Scene.Id("import");
        var done = (await Sheet("rates", "06-01", next, key: key)).Expect(201);
        Changes(done.Json).ShouldBe(Changes(dry));
        done.Json.List("versions").Select(version => version.Int("version")).ShouldBe([3, 4]);
        (await Versions("rates")).ShouldBe(4);
        (await Sheet("rates", "06-01", next, key: key)).Body.ShouldBe(done.Body);
        (await Sheet("rates", "06-01", next, "&dry_run=true", key)).Refused(409, "idempotency_conflict");
        (await Sheet("rates", "06-01", next)).Refused(409, "conflict").Fields.ShouldBe(["effective_from"]);
        // A part of a sheet leaves what it does not name.
        var part = (await Sheet("rates", "07-01", "country,mccmnc,price\nDK,23801,0.02\n", "&mode=partial")).Expect(201).Json;
        Changes(part).ShouldBe([$"DK 23801 increase 0.01 0.02 {Scene.Date("07-01")}"]);
        part.List("versions").Single().Int("charges").ShouldBe(4);

        await Scene.Subscribe("used", "alfa", "05-01", ("wholesale", "rates"));
        await Scene.Clock("07-02");
        (await Admin.Events(Sent("1", 100, "FI", "24491", "06-07T23:00"), Sent("2", 100, "FI", "24491", "06-08T00:00"), Sent("3", 100, "SE", "24001", "06-02T00:00"),
            Sent("4", 100, "DK", "23801", "07-01T00:00"))).Results.Select(one => one.Word).ShouldBe(["no_price"]);
        var usage = (await Admin.Get($"/v1/subscriptions/{Scene.Id("used")}/usage?period={Scene.Month("06")}")).Json;
        usage.List("meters").Single().List("legs").Single().Amount().ShouldBe("9.50");
    }

    [Fact]
    public async Task what_is_wrong_with_a_sheet_is_named_by_line_and_whose_plan_it_is_matters()
    {
        await Scene.Plan("mine");
        var bad = (await Sheet("mine", "05-10", "country,mccmnc,price\nFI,24491,0.0450\nfinland,24491,1\nFI,24x91,=1+1\nFI,\"24492,0.01\nFI,24491,0.02\n"))
            .Refused(400, "invalid_request");
        bad.Fields.ShouldBe(["line 3", "line 4", "line 5", "line 6"]);
        (await Sheet("mine", "soon", "x", "&mode=half&dry_run=maybe")).Refused(400, "invalid_request").Fields.ShouldBe(["effective_from", "mode", "dry_run"]);
        (await Sheet("mine", "05-10", "")).Refused(400, "invalid_request").Fields.ShouldBe(["body"]);
        (await Sheet("mine", "05-10", "country,mccmnc,price\n", meter: "nothing")).Refused(400, "invalid_request").Fields.ShouldBe(["meter"]);
        (await Sheet("none", "05-10", "country,mccmnc,price\n")).Refused(404, "not_found");
        (await Sheet("mine", "05-10", new string('x', 1_100_000))).Refused(413, "body_too_large");
        var reseller = await KeyOf("reseller", "billing:read", "billing:write");
        (await Sheet("mine", "05-10", "country,mccmnc,price\nFI,24491,0\n", api: reseller)).Refused(404, "not_found");
        (await Versions("mine")).ShouldBe(1);
    }

    static string Country(int n) => $"{(char)('A' + (n / 400 % 26))}{(char)('A' + (n % 26))}";

    static string Network(int n) => $"{100_000 + n}";

    JsonObject Sent(string id, int segments, string country, string? network, string time = "05-12T11:00")
    {
        var one = Scene.Sms(id, "used", time, segments, country);
        if (network is not null) one["data"]!["mccmnc"] = network;
        return one;
    }

    Task<Answer> Sheet(string plan, string from, string csv, string more = "", string? key = null, string meter = Meter, Api? api = null) => (api ?? Admin).Csv(
        $"/v1/plans/{Scene.Id(plan)}/rate_sheets?meter={meter}&effective_from={(from.Length == 5 ? Scene.Date(from) : from)}{more}", csv, key);

    async Task<int> Versions(string plan) => (await Admin.Get($"/v1/plans/{Scene.Id(plan)}/versions")).Json.List("data").Count();

    static IReadOnlyList<string> Changes(JsonElement report) => [.. report.List("changes").Select(one =>
        $"{one.Text("country")} {one.Text("mccmnc")} {one.Text("change")} {Price(one, "previous")} {Price(one, "price")} {one.Text("effective")}")];

    static string Price(JsonElement change, string name) => change.TryGetProperty(name, out var price) ? price.GetString()! : "";
}
