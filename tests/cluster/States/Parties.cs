// Partners with customers and subscriptions, for which every process is asked whether it takes their usage and sells them something.
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests.States;

/// <summary>
/// Of each partner every process has subscriptions of its own, which only it is sent usage of. With the embedded engine they are active there alone; with
/// Orleans they lie on whichever silos they please, so that silos are asked by all the others, too.
/// </summary>
sealed class Parties(IReadOnlyList<ServerProcess> processes, CancellationToken cancel) : IDisposable
{
    const int OfEach = 4;
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    readonly List<HttpClient> clients = [.. processes.Select(process => Api.NewHttp(process.Address, TimeSpan.FromSeconds(30)))];
    readonly List<Api> apis = [.. processes.Select(process => new Api(process.Address) { AsksAgain = true })];
    int sent;

    static string Day(int ago) => Now.AddDays(-ago).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Commands through one of the processes.</summary>
    public Api By(int process) => apis[process];

    /// <summary>What all partners need.</summary>
    public async Task Define()
    {
        await By(0).Put("/v1/sellers/operator", new { name = "Operator", country = "FI", currency = "EUR", time_zone = "Europe/Helsinki" }, cancel);
        await By(0).Put("/v1/calendars/monthly", new { anchor_day = 1, time_zone = "Europe/Helsinki", grace = "P10D" }, cancel);
        await By(0).Put($"/v1/meters/{UsageEvent.SmsMeter}", new { unit = "segment", aggregation = "sum", dimensions = new[] { "country" } }, cancel);
        await By(0).Put("/v1/plans/sms", new { name = "sms", currency = "EUR" }, cancel);
        await By(0).Post("/v1/plans/sms/versions", new
        {
            effective_from = "2025-01-01", charges = new[] { new { id = "sms", kind = "usage", meter = UsageEvent.SmsMeter, match = new { country = "FI" }, unit_price = "0.05" } },
        }, cancel);
    }

    /// <summary>A partner that dunning sets a state on a day after what it owes was due, and usage of which every process takes.</summary>
    public async Task Partner(string id, string action)
    {
        await By(0).Put($"/v1/dunning_policies/{id}", new { steps = new[] { new { trigger = "due", days = 1, action } } }, cancel);
        await By(0).Put($"/v1/partners/{id}", new { name = id, country = "FI", currency = "EUR" }, cancel);
        await By(0).Put($"/v1/agreements/{id}", new
        {
            kind = "wholesale", seller = "operator", buyer = id, calendar = "monthly", due_days = 14, tax = new { category = "S", rate = "25.5" }, dunning_policy = id,
        }, cancel);
        await By(0).Put($"/v1/customers/{id}-c", new { name = id, partner = id, kind = "organization" }, cancel);
        foreach (var subscription in Enumerable.Range(0, processes.Count).SelectMany(process => Subscriptions(id, process)))
            await By(0).Put($"/v1/subscriptions/{subscription}", Subscription(id), cancel);
        foreach (var process in Enumerable.Range(0, processes.Count))
            while (!await Takes(id, process)) await Task.Delay(20, cancel);
    }

    /// <summary>It owes 100.00 from books of before, due a month ago; answers the document's number.</summary>
    public async Task<string> Owes(string id, int by) => (await By(by).Post("/v1/opening_balances", new
    {
        id, party = id, documents = new[] { new { reference = "OLD-1", issue_date = Day(60), due_date = Day(30), amount = "100.00" } },
    }, cancel)).GetProperty("documents")[0].GetProperty("number").GetString()!;

    /// <summary>It pays that.</summary>
    public Task Pays(string id, string payment, string document, int by) => By(by).Post("/v1/payments", new
    {
        id = payment, party = id, amount = "100.00", received_on = Day(0), allocations = new[] { new { document, amount = "100.00" } },
    }, cancel);

    /// <summary>Whether a process takes usage of a partner; null: neither all nor none of it, or nobody knows.</summary>
    public async Task<bool?> Uses(string id, int process)
    {
        var events = string.Concat(Subscriptions(id, process).Select(subscription => new UsageEvent(new EventKey(subscription, "/states", $"e-{Interlocked.Increment(ref sent)}"),
            Now.AddHours(-1).ToUnixTimeMilliseconds() * 1_000, 1, "FI", UsageEvent.SmsMeter, true).Line + "\n"));
        using var answer = await clients[process].PostAsync(new Uri("/v1/events?results=all", UriKind.Relative), new StringContent(events, Encoding.UTF8, "application/x-ndjson"), cancel);
        // Another activation has written to one of the streams: what was lost is sent again.
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
        var words = told.RootElement.GetProperty("results").EnumerateArray()
            .Select(one => one.TryGetProperty("code", out var code) ? code.GetString() : one.GetProperty("status").GetString()).Distinct().ToList();
        return words is ["accepted"] ? true : words is ["partner_suspended"] ? false : null;
    }

    /// <summary>Whether a process sells a partner's customer another subscription.</summary>
    public async Task<bool?> Sells(string id, int process)
    {
        using var answer = await clients[process].PutAsync(new Uri($"/v1/subscriptions/new-{Interlocked.Increment(ref sent)}", UriKind.Relative),
            new StringContent(JsonSerializer.Serialize(Subscription(id)), Encoding.UTF8, "application/json"), cancel);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
        var text = await answer.Content.ReadAsStringAsync(cancel);
        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.Conflict);
        if (answer.StatusCode == HttpStatusCode.Created) return true;
        text.ShouldContain("party_not_active");
        return false;
    }

    public void Dispose()
    {
        foreach (var one in clients.Cast<IDisposable>().Concat(apis)) one.Dispose();
    }

    async Task<bool> Takes(string id, int process) => await Uses(id, process) is true;

    static IEnumerable<string> Subscriptions(string id, int process) => Enumerable.Range(1, OfEach).Select(n => $"{id}-{process}-{n}");

    static object Subscription(string id) => new { customer = id + "-c", starts_at = UsageEvent.TimeText(Now.AddDays(-3).ToUnixTimeMilliseconds() * 1_000), legs = new[] { new { agreement = id, plan = "sms" } } };
}
