// A query parameter that a route does not know is refused by name, whichever route it is; a misspelt filter never lists everything.
using System.Text.Json;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Http;

public sealed class UnknownParametersOnSqlite(OnSqlite place) : UnknownParameters(place), IClassFixture<OnSqlite>;

public sealed class UnknownParametersOnPostgres(OnPostgres place) : UnknownParameters(place), IClassFixture<OnPostgres>;

public abstract class UnknownParameters(ServerPlace place) : Scenario(place)
{
    static readonly string[] Lists =
        ["sellers", "partners", "customers", "providers", "calendars", "meters", "plans", "products", "catalogues", "coupons", "agreements", "dunning_policies", "subscriptions", "wallets"];

    [Fact]
    public async Task a_list_of_definitions_refuses_a_parameter_that_it_does_not_know_by_name()
    {
        await Scene.Partner("nordreach");
        await Scene.Customer("alfa", "nordreach");
        foreach (var list in Lists)
        {
            var refused = (await Admin.TryGet($"/v1/{list}?limit=1&colour=red&nmae=x")).Refused(400, "invalid_request");
            refused.Fields.ShouldBe(["colour", "nmae"], list);
            (await Admin.TryGet($"/v1/{list}?colour")).Refused(400, "invalid_request").Fields.ShouldBe(["colour"], list);
            (await Admin.TryGet($"/v1/{list}?limit=1")).Expect(200);
        }

        // What another list keeps to a parent by is none of this one's.
        (await Admin.TryGet($"/v1/customers?partner={Scene.Id("nordreach")}")).Expect(200).Json.List("data").ShouldHaveSingleItem();
        (await Admin.TryGet($"/v1/customers?customer={Scene.Id("alfa")}")).Refused(400, "invalid_request").Fields.ShouldBe(["customer"]);
        (await Admin.TryGet($"/v1/plans?partner={Scene.Id("nordreach")}")).Refused(400, "invalid_request").Fields.ShouldBe(["partner"]);
    }

    [Fact]
    public async Task every_route_of_the_description_refuses_what_it_does_not_name_and_takes_what_it_names()
    {
        foreach (var (path, names) in await Reads())
        {
            var real = string.Join('/', path.Split('/').Select(segment => segment.StartsWith('{') ? "2025-01-01" : segment));
            (await Admin.TryGet($"{real}?{string.Join('&', names.Select(name => name + "=x"))}&colour=red")).Refused(400, "invalid_request").Fields.ShouldBe(["colour"], path);
            foreach (var name in names)
            {
                var answer = await Admin.TryGet($"{real}?{name}=0");
                answer.Body.ShouldNotContain("is no parameter", customMessage: answer.Request);
            }
        }
    }

    [Fact]
    public async Task commands_refuse_it_too_and_nothing_is_done_and_who_has_no_key_learns_nothing()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("sms", Charge.Sms("0.05"));
        await Scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "sms"));
        await Scene.Clock("05-12");
        var one = Scene.Sms("e-1", "alfa-0", "05-10T12:00").ToJsonString();
        (await Admin.TryPost("/v1/events?result=all", one)).Refused(400, "invalid_request").Fields.ShouldBe(["result"]);
        (await Admin.TryPost("/v1/events?results=all", one)).Expect(200).Json.Int("accepted").ShouldBe(1);
        (await Admin.TryPut($"/v1/plans/{Scene.Id("sms")}?dry_run=true", new { name = "other", currency = "EUR" })).Refused(400, "invalid_request").Fields.ShouldBe(["dry_run"]);
        (await Admin.Get($"/v1/plans/{Scene.Id("sms")}")).Json.Text("name").ShouldNotBe("other");
        (await Admin.As("obk_live_nobody").TryGet("/v1/plans?colour=red")).Refused(401, "unauthenticated");
        (await (await KeyOf("alfa", "usage:read")).TryGet("/v1/plans?colour=red")).Refused(403, "insufficient_scope");
    }

    // Routes to read by, and their parameters. Of what does not exist, so no stream begins.
    static async Task<List<(string Path, List<string> Names)>> Reads()
    {
        var approved = await File.ReadAllTextAsync(ProjectRoot.Of("tests", "server", "openapi.approved.json"), TestContext.Current.CancellationToken);
        return [.. JsonDocument.Parse(approved).RootElement.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("get", out _) && path.Name.StartsWith("/v1/", StringComparison.Ordinal))
            .Select(path => (path.Name, path.Value.GetProperty("get").TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(one => one.Text("in") == "query").Select(one => one.Text("name")).ToList() : []))];
    }
}
