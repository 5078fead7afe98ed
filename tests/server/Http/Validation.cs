// Bad bodies, resource by resource: each is refused with the field named, and changes nothing.
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Http;

public sealed class ValidationOnSqlite(OnSqlite place) : Validation(place), IClassFixture<OnSqlite>;

public sealed class ValidationOnPostgres(OnPostgres place) : Validation(place), IClassFixture<OnPostgres>;

public abstract class Validation(ServerPlace place) : Scenario(place)
{
    static readonly Dictionary<string, string> Good = new()
    {
        ["sellers"] = """{"name":"S","country":"FI","currency":"EUR","time_zone":"Europe/Helsinki","vat_id":"FI12345671","iban":"FI2112345600000785"}""",
        ["partners"] = """{"name":"P","country":"FI","currency":"EUR","billing_email":"ap@nordreach.example"}""",
        ["customers"] = """{"name":"C","partner":"v-partner","kind":"organization"}""",
        ["providers"] = """{"name":"CRM","country":"AU","currency":"AUD","partner":"v-partner"}""",
        ["calendars"] = """{"anchor_day":1,"time_zone":"Europe/Helsinki","grace":"PT0S"}""",
        ["meters"] = """{"unit":"segment","aggregation":"sum","dimensions":["country","mccmnc"]}""",
        ["plans"] = """{"name":"Pro","currency":"EUR"}""",
        ["versions"] = """
            {"effective_from":"2025-01-01","charges":[{"id":"fee","kind":"recurring","every":"month","price":"25.00","bill":"arrears"},
             {"id":"sms","kind":"usage","meter":"v-meter","match":{"country":"FI"},"model":"per_unit","unit_price":"0.0450"}]}
            """,
        ["agreements"] = """
            {"kind":"wholesale","seller":"v-seller","buyer":"v-partner","calendar":"v-calendar","due_days":14,"tax":{"category":"S","rate":"25.5"},
             "rounding":"half_away_from_zero","documents":"invoice"}
            """,
        ["subscriptions"] = """
            {"customer":"v-customer","starts_at":"2025-05-01T00:00:00Z","legs":[{"agreement":"v-agreement","plan":"v-plan"}],"funding":{"mode":"postpaid"}}
            """,
    };

    // Resource, member (path), value as JSON ("" takes it away), field that the answer names.
    public static TheoryData<string, string, string, string> Bad => new()
    {
        { "sellers", "name", "", "name" },
        { "sellers", "name", "\"  \"", "name" },
        { "sellers", "name", "7", "name" },
        { "sellers", "country", "\"Finland\"", "country" },
        { "sellers", "currency", "\"XXQ\"", "currency" },
        { "sellers", "time_zone", "\"Helsinki\"", "time_zone" },
        { "sellers", "time_zone", "\"UTC+03\"", "time_zone" },
        { "sellers", "vat_id", "\"12\"", "vat_id" },
        { "sellers", "iban", "\"FI2112345600000786\"", "iban" },
        { "sellers", "number_prefix", "\"a b\"", "number_prefix" },
        { "sellers", "name", "\"a\\u0000b\"", "name" },
        { "sellers", "colour", "\"red\"", "colour" },
        { "partners", "name", "null", "name" },
        { "partners", "country", "", "country" },
        { "partners", "currency", "\"eur\"", "currency" },
        { "partners", "billing_email", "\"nobody\"", "billing_email" },
        { "partners", "time_zone", "\"Mars/Base\"", "time_zone" },
        { "partners", "Name", "\"x\"", "Name" },
        { "customers", "partner", "\"nobody\"", "partner" },
        { "customers", "partner", "\"not an id\"", "partner" },
        { "customers", "kind", "\"robot\"", "kind" },
        { "customers", "currency", "\"ZZZ\"", "currency" },
        { "customers", "parent", "\"x\"", "parent" },
        { "calendars", "anchor_day", "0", "anchor_day" },
        { "calendars", "anchor_day", "32", "anchor_day" },
        { "calendars", "anchor_day", "\"first\"", "anchor_day" },
        { "calendars", "time_zone", "", "time_zone" },
        { "calendars", "grace", "\"-PT1H\"", "grace" },
        { "calendars", "grace", "\"P32D\"", "grace" },
        { "calendars", "grace", "\"soon\"", "grace" },
        { "calendars", "every", "\"fortnight\"", "every" },
        { "meters", "unit", "\"\"", "unit" },
        { "meters", "aggregation", "\"mean\"", "aggregation" },
        { "meters", "aggregation", "\"unique\"", "unique_by" },
        { "meters", "dimensions[1]", "\"country\"", "dimensions[1]" },
        { "meters", "dimensions[0]", "\"quantity\"", "dimensions[0]" },
        { "meters", "dimensions[0]", "null", "dimensions[0]" },
        { "meters", "dimensions", "\"country\"", "dimensions" },
        { "plans", "name", "", "name" },
        { "plans", "currency", "\"EURO\"", "currency" },
        { "plans", "charges", "[]", "charges" },
        { "versions", "effective_from", "\"January\"", "effective_from" },
        { "versions", "effective_from", "", "effective_from" },
        { "versions", "charges", "", "charges" },
        { "versions", "charges[0].price", "\"-1\"", "charges[0].price" },
        { "versions", "charges[0].price", "\"0.00000000001\"", "charges[0].price" },
        { "versions", "charges[0].price", "", "charges[0].price" },
        { "versions", "charges[0].price", "\"1e400\"", "charges[0].price" },
        { "versions", "charges[0].every", "\"fortnight\"", "charges[0].every" },
        { "versions", "charges[0].bill", "\"never\"", "charges[0].bill" },
        { "versions", "charges[0].kind", "\"magic\"", "charges[0].kind" },
        { "versions", "charges[0].kind", "", "charges[0].kind" },
        { "versions", "charges[0].id", "\"sms\"", "charges[1].id" },
        { "versions", "charges[0].included", "\"5\"", "charges[0].included" },
        { "versions", "charges[1].meter", "\"nothing\"", "charges[1].meter" },
        { "versions", "charges[1].match.colour", "\"red\"", "charges[1].match.colour" },
        { "versions", "charges[1].unit_price", "", "charges[1].unit_price" },
        { "versions", "charges[1].per", "\"0\"", "charges[1].per" },
        { "versions", "charges[1].model", "\"guess\"", "charges[1].model" },
        { "agreements", "kind", "\"barter\"", "kind" },
        { "agreements", "beneficiary", "\"v-partner\"", "beneficiary" },
        { "agreements", "kind", "\"revenue_share\"", "splits" },
        { "calendars", "charge_day", "0", "charge_day" },
        { "calendars", "period_by", "\"mood\"", "period_by" },
        { "providers", "partner", "\"nobody\"", "partner" },
        { "providers", "currency", "\"XXQ\"", "currency" },
        { "providers", "parent", "\"x\"", "parent" },
        { "agreements", "seller", "\"nobody\"", "seller" },
        { "agreements", "buyer", "\"v-seller\"", "buyer" },
        { "agreements", "calendar", "\"nothing\"", "calendar" },
        { "agreements", "due_days", "-1", "due_days" },
        { "agreements", "due_days", "\"14.5\"", "due_days" },
        { "agreements", "tax", "", "tax" },
        { "agreements", "tax.category", "\"Q\"", "tax.category" },
        { "agreements", "tax.rate", "\"-1\"", "tax.rate" },
        { "agreements", "rounding", "\"up\"", "rounding" },
        { "agreements", "documents", "\"poem\"", "documents" },
        { "subscriptions", "customer", "\"nobody\"", "customer" },
        { "subscriptions", "customer", "", "customer" },
        { "subscriptions", "starts_at", "\"2025-05-01\"", "starts_at" },
        { "subscriptions", "ends_at", "\"2025-05-01T00:00:00Z\"", "ends_at" },
        { "subscriptions", "legs", "[]", "legs" },
        { "subscriptions", "legs[0].agreement", "\"nothing\"", "legs[0].agreement" },
        { "subscriptions", "legs[0].plan", "\"nothing\"", "legs[0].plan" },
        { "subscriptions", "legs[0].plan", "\"v-dollars\"", "legs[0].plan" },
        { "subscriptions", "funding.mode", "\"prepaid\"", "funding.wallet" },
        { "subscriptions", "legs[0].discount", "\"5\"", "legs[0].discount" },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var kind in new[] { "sellers", "partners", "customers", "providers", "calendars", "meters", "plans" })
            await Admin.Put($"/v1/{kind}/v-{kind[..^1]}", Good[kind]);
        await Admin.Put("/v1/plans/v-dollars", """{"name":"Dollars","currency":"USD"}""");
        await Admin.Put("/v1/agreements/v-agreement", Good["agreements"]);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task a_bad_body_is_refused_and_its_field_named(string resource, string member, string value, string field)
    {
        var body = Changed(Good[resource], member, value);
        var path = resource == "versions" ? "/v1/plans/v-plan/versions" : $"/v1/{resource}/v-bad";
        var answer = resource == "versions" ? await Admin.TryPost(path, body) : await Admin.TryPut(path, body);
        answer.Refused(400, "invalid_request").Fields.ShouldContain(field, answer.Body);
        if (resource == "versions") (await Admin.Get(path)).Json.List("data").ShouldBeEmpty();
        else (await Admin.TryGet(path)).Refused(404, "not_found");
    }

    [Fact]
    public async Task all_faults_are_told_at_once()
    {
        var answer = await Admin.TryPut("/v1/sellers/v-bad", """{"country":"x","currency":"x","time_zone":"x","extra":1}""");
        answer.Refused(400, "invalid_request").Fields.ShouldBe(["extra", "name"], ignoreOrder: true);
        answer = await Admin.TryPut("/v1/sellers/v-bad", """{"name":"S","country":"x","currency":"x","time_zone":"x"}""");
        answer.Refused(400, "invalid_request").Fields.ShouldBe(["country", "currency", "time_zone"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    public async Task a_body_that_is_no_definition_is_refused(string body) =>
        (await Admin.TryPut("/v1/partners/v-bad", body)).Refused(400, "invalid_request");

    [Theory]
    [InlineData("a b")]
    [InlineData("a%2Fb")]
    [InlineData("%C3%A4")]
    [InlineData("a%00b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task an_id_of_other_characters_is_refused(string id)
    {
        (await Admin.TryPut($"/v1/partners/{id}", Good["partners"])).Expect(400, 404);
        (await Admin.TryGet($"/v1/partners/{id}")).Expect(400, 404);
    }

    [Fact]
    public async Task ids_of_parties_share_one_namespace() =>
        (await Admin.TryPut("/v1/sellers/v-partner", Good["sellers"])).Expect(409).Code.ShouldBe("conflict");

    [Theory]
    [InlineData("sellers", "currency", "\"USD\"", "currency")]
    [InlineData("partners", "currency", "\"USD\"", "currency")]
    [InlineData("customers", "partner", "", "partner")]
    [InlineData("providers", "partner", "", "partner")]
    [InlineData("calendars", "period_by", "\"receipt_time\"", "period_by")]
    [InlineData("calendars", "anchor_day", "2", "anchor_day")]
    [InlineData("calendars", "time_zone", "\"Etc/UTC\"", "time_zone")]
    [InlineData("meters", "aggregation", "\"count\"", "aggregation")]
    [InlineData("meters", "dimensions", "[\"mccmnc\"]", "dimensions")]
    [InlineData("plans", "currency", "\"USD\"", "currency")]
    [InlineData("agreements", "documents", "\"statement\"", "documents")]
    [InlineData("subscriptions", "starts_at", "\"2025-06-01T00:00:00Z\"", "starts_at")]
    [InlineData("subscriptions", "legs[0].plan", "\"v-other\"", "legs")]
    public async Task what_facts_were_decided_by_cannot_be_replaced(string resource, string member, string value, string field)
    {
        await Admin.Put("/v1/plans/v-other", Good["plans"]);
        var path = $"/v1/{resource}/v-{resource[..^1]}";
        var before = (await Admin.Put(path, Good[resource])).Body;
        (await Admin.TryPut(path, Changed(Good[resource], member, value))).Refused(409, "conflict").Fields.ShouldBe([field]);
        (await Admin.Get(path)).Body.ShouldBe(before);
    }

    [Theory]
    [InlineData("sellers")]
    [InlineData("partners")]
    [InlineData("customers")]
    [InlineData("calendars")]
    [InlineData("meters")]
    [InlineData("plans")]
    [InlineData("agreements")]
    [InlineData("subscriptions")]
    public async Task put_again_it_is_the_same_and_put_otherwise_it_is_the_next_version(string resource)
    {
        var path = $"/v1/{resource}/v-again-{resource}";
        var first = (await Admin.TryPut(path, Good[resource])).Expect(201);
        first.Json.Int("version").ShouldBe(1);
        var again = (await Admin.TryPut(path, Good[resource])).Expect(200);
        again.Body.ShouldBe(first.Body);
        var (member, value) = resource switch
        {
            "calendars" => ("grace", "\"PT2H\""),
            "meters" => ("unit", "\"part\""),
            "agreements" => ("due_days", "30"),
            "subscriptions" => ("ends_at", "\"2026-01-01T00:00:00Z\""),
            _ => ("name", "\"Other\""),
        };
        (await Admin.TryPut(path, Changed(Good[resource], member, value))).Expect(200).Json.Int("version").ShouldBe(2);
    }

    [Fact]
    public async Task a_plan_has_one_version_a_date_and_a_repeat_of_it_is_no_other()
    {
        await Admin.Put("/v1/plans/v-dated", Good["plans"]);
        (await Admin.TryPost("/v1/plans/v-dated/versions", Good["versions"])).Expect(201).Json.Int("version").ShouldBe(1);
        (await Admin.TryPost("/v1/plans/v-dated/versions", Good["versions"])).Expect(200).Json.Int("version").ShouldBe(1);
        (await Admin.TryPost("/v1/plans/v-dated/versions", Changed(Good["versions"], "charges[0].price", "\"26.00\"")))
            .Refused(409, "conflict").Fields.ShouldBe(["effective_from"]);
        (await Admin.TryPost("/v1/plans/v-dated/versions", Changed(Good["versions"], "effective_from", "\"2025-02-01\"")))
            .Expect(201).Json.Int("version").ShouldBe(2);
        (await Admin.TryPost("/v1/plans/v-nowhere/versions", Good["versions"])).Refused(404, "not_found");
    }

    static string Changed(string body, string member, string value)
    {
        var root = JsonNode.Parse(body)!;
        var (parent, at) = (root, member.Replace("]", "", StringComparison.Ordinal).Split('.', '['));
        foreach (var step in at[..^1]) parent = parent is JsonArray list ? list[int.Parse(step)]! : parent[step]!;
        var node = value.Length == 0 || value == "null" ? null : JsonNode.Parse(value);
        if (parent is JsonArray array) array[int.Parse(at[^1])] = node;
        else if (value.Length == 0) ((JsonObject)parent).Remove(at[^1]);
        else parent[at[^1]] = node;
        return root.ToJsonString();
    }
}
