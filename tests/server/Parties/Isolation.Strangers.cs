// Every route of the API's own description, asked by strangers for what really exists (MAES-13): a new endpoint is held without being named here.
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Parties;

public abstract partial class Isolation
{
    // What belongs to nobody and is read by everybody.
    static readonly string[] Open = ["calendars", "meters", "tax_rates", "fx_rates"];

    // Answers that go on for ever, and those that say when they were asked.
    static bool Endless(string path) => path.EndsWith("/usage/stream", StringComparison.Ordinal);

    [Fact]
    public async Task MAES_13_what_exists_in_a_marketplace_is_neither_read_nor_found_nor_changed_by_a_stranger()
    {
        await OneOfEverything();
        var strangers = await Strangers();
        var reads = (await Routes("get")).Where(path => path is not "/v1/clock").ToList();
        var stands = new Dictionary<string, string>();
        foreach (var path in reads.Where(path => !Endless(path)))
        {
            var answer = await Admin.TryGet(Exists(path));
            Note(answer.Status == 200, "nobody: it does not exist", answer);
            // A list in which nothing stands would hide nothing.
            if (!path.Contains('{', StringComparison.Ordinal) && path is not ("/v1/meters" or "/v1/default_reseller_code"))
                Note(Hides(answer.Body), "nobody: there is nothing to be found", answer);
            stands.Add(path, answer.Body);
        }

        found.ShouldBeEmpty();
        foreach (var (who, key) in strangers)
        {
            foreach (var path in reads.Where(path => !Open.Contains(path.Split('/')[2])))
            {
                if (path.Contains('{', StringComparison.Ordinal)) Hidden(await key.TryGet(Exists(path)), who);
                else await FindsNothing(key, who, path);
            }

            foreach (var method in new[] { "put", "post", "delete" })
                foreach (var path in (await Routes(method)).Where(path => path.Contains('{', StringComparison.Ordinal)))
                    Hidden(await Sent(key, method, path, stands), who);
            foreach (var (path, real, none) in Bodies())
                await SaysTheSame(key, who, path, real, none);
        }

        foreach (var (path, body) in stands)
        {
            var answer = await Admin.Get(Exists(path));
            Note(answer.Body == body, "a stranger has changed it", answer);
        }

        found.ShouldBeEmpty();
    }

    readonly List<string> found = [];

    // All that is wrong is told at once.
    void Note(bool isRight, string who, Answer answer)
    {
        if (!isRight) found.Add($"{who}, {answer.Request}: {answer.Status} {answer.Body[..Math.Min(answer.Body.Length, 400)]}");
    }

    // Either the route is nobody's but the operator's, or there is no such thing.
    void Hidden(Answer answer, string who) =>
        Note((answer.Status, answer.Status is 403 or 404 ? answer.Code : "") is (404, "not_found") or (403, "insufficient_scope"), who, answer);

    // A list is asked for as it is, and for each party of the marketplace by name.
    async Task FindsNothing(Api key, string who, string path)
    {
        string[] filters = ["", .. new[] { "partners", "customers", "providers" }.Select(party => "party=" + T1(party)), "seller=" + T1("sellers"), "customer=" + T1("customers"),
            .. new[] { "partner", "owner", "parent" }.Select(above => $"{above}={T1("partners")}"), "subscription=" + T1("sub")];
        foreach (var filter in filters)
        {
            var answer = await key.TryGet($"{path}?{Months(path)}{filter}");
            Note(answer.Status is 200 or 400 or 403 or 404, who, answer);
            // A filter may be said again. A neighbour's partner is the marketplace's; nothing else of it is any stranger's.
            var rest = answer.Body.Replace(T1("partners"), "", StringComparison.Ordinal);
            if (filter.Length > 0) rest = rest.Replace(filter[(filter.IndexOf('=', StringComparison.Ordinal) + 1)..], "", StringComparison.Ordinal);
            Note(answer.Status != 200 || !Hides(rest), who, answer);
        }
    }

    // Whether something of the marketplace stands in it.
    bool Hides(string body) => body.Contains(Scene.Id("t1-"), StringComparison.Ordinal) || Numbered.Any(segment => body.Contains(ids[segment], StringComparison.Ordinal));

    // What has a number or a name that the server gave.
    static readonly string[] Numbered = ["documents", "payouts", "top_up_receipts", "charge_requests", "api_keys"];

    // What names a thing in its body is answered as if there were no such thing.
    async Task SaysTheSame(Api key, string who, string path, object real, object none)
    {
        var (asked, missing) = (await key.TryPost(path, real), await key.TryPost(path, none));
        Note(asked.Status is >= 400 and <= 404 && (asked.Status, asked.Code) == (missing.Status, missing.Code), $"{who} ({missing.Status} {missing.Body} of nothing)", asked);
    }

    // Another seller, its partner, customer and provider; and neighbours of the same tenant: a customer, a provider, a partner below it.
    async Task<List<(string Who, Api Key)>> Strangers()
    {
        await Scene.Seller("t2-s");
        await Scene.Partner("t2-p");
        await Scene.Customer("t2-c", "t2-p");
        await Admin.Put($"/v1/providers/{Scene.Id("t2-a")}", new { name = "a", country = "FI", currency = "EUR", partner = Scene.Id("t2-p") });
        await Scene.Customer("n-c", "t1-partners");
        await Admin.Put($"/v1/providers/{Scene.Id("n-a")}", new { name = "a", country = "AU", currency = "AUD" });
        var keys = new List<(string, Api)>();
        foreach (var party in new[] { "t2-s", "t2-p", "t2-c", "t2-a", "n-c", "n-a" }) keys.Add((party, await KeyOf(party, Everything)));
        return keys;
    }

    static async Task<List<string>> Routes(string method)
    {
        var approved = await File.ReadAllTextAsync(ProjectRoot.Of("tests", "server", "openapi.approved.json"), TestContext.Current.CancellationToken);
        return [.. JsonDocument.Parse(approved).RootElement.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty(method, out _) && path.Name.StartsWith("/v1/", StringComparison.Ordinal)).Select(path => path.Name)];
    }

    // The path with what exists: every parameter by the segment before it. A new kind of thing has to be made in OneOfEverything.
    string Exists(string path)
    {
        var segments = path.Split('/');
        var made = segments.Select((segment, n) => !segment.StartsWith('{') ? segment
            : Uri.EscapeDataString(path.Contains("/holds", StringComparison.Ordinal) && segments[n - 1] == "subscriptions" ? T1("pre")
                : ids.GetValueOrDefault(segments[n - 1]) ?? throw new ShouldAssertException($"{path}: the marketplace has no {segments[n - 1]}")));
        return $"{string.Join('/', made)}?{Months(path)}{(path == "/v1/payables" ? "party=" + T1("providers") : OfParty.Contains(path) ? "party=" + T1("partners") : "")}";
    }

    // Reports that must be asked of somebody.
    static readonly string[] OfParty = ["/v1/reports/margin", "/v1/reports/usage", "/v1/reports/revenue", "/v1/reports/revenue_share", "/v1/reports/resellers"];

    // What reports are asked for: all that happened.
    string Months(string path) => path switch
    {
        "/v1/reports/orphan_reports" => $"from={Scene.Date("05-01")}&to={Scene.Date("06-16")}&",
        "/v1/reports/receivables" => $"as_of={Scene.Date("06-16")}&",
        "/v1/reports/withholdings" => $"quarter={Scene.Year}-Q2&",
        _ when path.StartsWith("/v1/reports/", StringComparison.Ordinal) => $"from={Scene.Month("05")}&to={Scene.Month("06")}&",
        _ => "",
    };

    Task<Answer> Sent(Api key, string method, string path, Dictionary<string, string> stands) => path.EndsWith("/rate_sheets", StringComparison.Ordinal)
        ? key.Csv($"{Exists(path)}meter=sms.mt.segment&effective_from={Scene.Date("12-01")}", "mccmnc,price\n24405,0.01\n")
        : key.Send(new HttpMethod(method.ToUpperInvariant()), Exists(path), BodyOf(method, path, stands));

    // Definitions are put as they stand; commands get a body that would be taken from whom it is for.
    object? BodyOf(string method, string path, Dictionary<string, string> stands)
    {
        if (method == "delete") return null;
        if (method == "put" && stands.TryGetValue(path, out var body))
        {
            var same = JsonNode.Parse(body)!.AsObject();
            foreach (var told in new[] { "id", "version", "state", "status", "told_to" }) same.Remove(told);
            if (path.Split('/')[2] is not "customers" and not "providers") same.Remove("partner");
            return same.ToJsonString();
        }

        return Commands().GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]) ?? new { reason = "mine" };
    }

    Dictionary<string, object> Commands() => new()
    {
        ["result"] = new { result = "succeeded" }, ["mark_paid"] = new { paid_on = Scene.Date("06-16"), reference = "mine" }, ["lift"] = new { until = Scene.Date("12-30") },
        ["credit_notes"] = new { mode = "full", reason = "mine" }, ["sessions"] = new { user = "me", reason = "mine" }, ["publish"] = new { }, ["discard"] = new { }, ["reopen"] = new { },
        ["versions"] = new { effective_from = Scene.Date("12-01"), charges = new[] { Charge.Sms("0.01") } }, ["top_up"] = new { amount = "1", reference = "mine" }, ["resume"] = new { },
        ["withdraw"] = new { amount = "1", reference = "mine" }, ["transfer"] = new { to = Scene.Id("t2-w"), amount = "1", reference = "mine" }, ["end"] = new { },
        ["daily_limit"] = new { amount = "1", reference = "mine" }, ["bills"] = new { id = "x", customer = T1("customers"), amount = "1.00", description = "mine" },
        ["recurring_bills"] = new { id = "x", customer = T1("customers"), amount = "1.00", description = "mine" }, ["{customer}"] = new { },
        ["holds"] = new { id = "x", meter = "sms.mt.segment", quantity = "1" }, ["capture"] = new { quantity = "1" }, ["release"] = new { }, ["close"] = new { period = Scene.Month("05") },
        ["grants"] = new { id = "x", meter = "sms.mt.segment", quantity = "1", price = "1.00" }, ["prepay"] = new { periods = 1 }, ["cancel"] = new { }, ["move"] = new { to = Scene.Id("t2-p") },
        ["suspend"] = new { }, ["change_plan"] = new { plan = T1("plans") }, ["revert"] = new { }, ["retry"] = new { },
    };

    // Commands that name a thing in their body: one that exists and one that does not.
    IEnumerable<(string Path, object Real, object None)> Bodies()
    {
        (string, object, object) Of(string path, Func<string, string, string, object> body) =>
            (path, body(T1("partners"), ids["documents"], T1("sub")), body(Scene.Id("nobody"), "200001000001", Scene.Id("nothing")));
        object Event(string id) => new { source = "/scenarios", id, time = Scene.At("05-10T11:00") };
        object Old() => new { reference = "X", issue_date = Scene.Date("02-01"), due_date = Scene.Date("02-15"), amount = "1.00" };
        yield return Of("/v1/payments", (party, document, _) => new { party, amount = "1.00", received_on = Scene.Date("06-16"), allocations = new[] { new { document, amount = "1.00" } } });
        yield return Of("/v1/payment_notices", (party, document, _) => new { party, amount = "1.00", transaction_id = "x", transaction_date = Scene.Date("06-16"), documents = new[] { document } });
        yield return Of("/v1/withholdings", (_, document, _) => new { document, amount = "1.00", quarter = "2025-Q2" });
        yield return Of("/v1/allocations", (party, document, _) => new { party, allocations = new[] { new { document, amount = "1.00" } } });
        yield return Of("/v1/opening_balances", (party, _, _) => new { id = Scene.Id("mine"), party, documents = new[] { Old() } });
        yield return Of("/v1/charge_requests", (_, document, _) => new { document });
        yield return Of("/v1/charges", (party, _, _) => new { party, amount = "1.00", description = "mine" });
        yield return Of("/v1/documents/preview", (party, _, _) => new { party });
        yield return Of("/v1/price_enquiries", (_, _, subscription) => new { subscription, meter = "sms.mt.segment" });
        yield return Of("/v1/corrections", (_, _, subscription) => new { id = "x", subscription, corrects = Event("1"), action = "retract", reason = "mine" });
        yield return Of("/v1/delivery_reports", (_, _, subscription) => new { id = "x", subscription, state = "DELIVRD", message_id = "m" });
        yield return Of("/v1/price_corrections", (_, _, subscription) =>
            new { id = Scene.Id("mine"), reason = "mine", subscription, prices = new[] { new { @event = Event("2"), agreement = T1("retail"), unit_price = "0.02" } } });
        yield return ("/v1/statements", new { agreement = T1("retail") }, new { agreement = Scene.Id("nothing") });
    }
}
