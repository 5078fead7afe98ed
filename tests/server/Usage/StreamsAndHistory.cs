// Long streams in, message history out, and live figures that are the sum of the history.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Usage;

public sealed class StreamsAndHistoryOnSqlite(OnSqlite place) : StreamsAndHistory(place), IClassFixture<OnSqlite>;

public sealed class StreamsAndHistoryOnPostgres(OnPostgres place) : StreamsAndHistory(place), IClassFixture<OnPostgres>;

public abstract class StreamsAndHistory(ServerPlace place) : UsageScenario(place)
{
    const string Ndjson = "application/x-ndjson";

    [Fact]
    public async Task twenty_five_thousand_events_in_one_stream_are_taken_once_each()
    {
        var events = Enumerable.Range(0, 25_000).Select(n => Event($"{n}", 2)).ToList();
        var answer = UsageAnswer.Of((await Admin.Stream("application/json", events)).Expect(200));
        answer.Counts.ShouldBe((25_000, 0, 0, 0));
        (await Counted()).ShouldBe("50000");
        UsageAnswer.Of((await Admin.Stream("application/json", events)).Expect(200)).Counts.ShouldBe((0, 25_000, 0, 0));
    }

    [Fact]
    public async Task a_stream_is_answered_line_by_line_in_its_order_when_asked()
    {
        var events = Enumerable.Range(0, 12_000).Select(n => n % 1000 == 7 ? Event($"{n}").With("type", "no.such.meter") : Event($"{n}")).ToList();
        events.Add(Event("0"));
        var answer = (await Admin.Stream(Ndjson, events)).Expect(200);
        answer.MediaType.ShouldBe(Ndjson);
        var results = answer.Lines.Select(line => UsageResult.Of(JsonDocument.Parse(line).RootElement)).ToList();
        results.Select(one => one.Id).ShouldBe(events.Select(one => (string)one["id"]!));
        results.Count(one => one.Status == "accepted").ShouldBe(11_988);
        results.Where(one => one.Status == "rejected").ShouldAllBe(one => one.Code == "unknown_meter");
        results[^1].Status.ShouldBe("duplicate");
    }

    [Fact]
    public async Task WLSM_11_the_history_of_two_ranges_adds_up_to_the_usage()
    {
        await Admin.Events(Enumerable.Range(0, 600).Select(n =>
            Scene.Sms($"{n}", "alfa-0", Scene.At($"05-{1 + n % 11:00}T{n % 12:00}:{n % 60:00}"), 1 + n % 5, "FI")));
        var (first, second) = (await History("05-01", "05-06"), await History("05-06", "06-01"));
        first.ShouldAllBe(one => one.Time < Moment("05-06"));
        second.ShouldAllBe(one => one.Time >= Moment("05-06"));
        first.Concat(second).Select(one => one.Id).Distinct().Count().ShouldBe(600);
        var (quantity, amount) = await Scene.Usage("subscriptions", "alfa-0");
        (first.Sum(one => one.Quantity) + second.Sum(one => one.Quantity)).ShouldBe(quantity.Exact());
        (first.Sum(one => one.Amount) + second.Sum(one => one.Amount)).ShouldBe(amount!.Exact());
        var csv = (await Admin.Get($"{Path()}?from={Escaped("05-01")}&to={Escaped("05-06")}", "text/csv")).Lines;
        csv.Count.ShouldBe(first.Count + 1);
        csv.Skip(1).Select(line => line.Split("\",\"")[5].Exact()).Sum().ShouldBe(first.Sum(one => one.Quantity));
    }

    [Fact]
    public async Task no_cell_of_the_CSV_is_a_formula()
    {
        string[] evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\"quoted\"", "a,b"];
        foreach (var text in evil)
        {
            var data = new JsonObject { ["quantity"] = "1", ["country"] = text };
            (await Admin.Single(Event(text).With("source", text).With("data", data))).Only.ShouldBe("accepted");
        }
        var csv = (await Admin.Get(Path(), "text/csv")).Expect(200);
        csv.MediaType.ShouldBe("text/csv");
        foreach (var line in csv.Lines)
            foreach (var cell in line.Trim('\r').Trim('"').Split("\",\""))
                (cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t').ShouldBeFalse(line);
        csv.Body.ShouldContain("\"'=1+1\"");
        csv.Body.ShouldContain("\"\"quoted\"\"");
    }

    [Fact]
    public async Task a_range_that_is_no_range_is_refused()
    {
        (await Admin.TryGet(Path() + "?from=yesterday")).Refused(400, "invalid_request");
        (await Admin.TryGet(Path() + "?to=2025-05-01")).Refused(400, "invalid_request");
        (await Admin.TryGet("/v1/subscriptions/nobody/events")).Refused(404, "not_found");
        (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("alfa-0")}/usage?period=May")).Refused(400, "invalid_request").Fields.ShouldBe(["period"]);
    }

    [Fact]
    public async Task live_usage_of_subscription_customer_and_partner_are_sums_of_the_history()
    {
        await Scene.Customer("beta", "nordreach");
        foreach (var (subscription, customer) in new[] { ("alfa-1", "alfa"), ("beta-0", "beta") })
            await Scene.Subscribe(subscription, customer, "05-01", ("wholesale", "sms"));
        foreach (var (subscription, count) in new[] { ("alfa-0", 30), ("alfa-1", 50), ("beta-0", 70) })
            await Admin.Events(Enumerable.Range(0, count).Select(n => Event($"{n}", 1 + n % 3, subscription)));
        var history = new Dictionary<string, (decimal Quantity, decimal Amount)>();
        foreach (var subscription in new[] { "alfa-0", "alfa-1", "beta-0" })
        {
            var events = await History("05-01", "06-01", subscription);
            history[subscription] = (events.Sum(one => one.Quantity), events.Sum(one => one.Amount));
            (await Live("subscriptions", subscription)).ShouldBe(history[subscription]);
        }
        (await Live("customers", "alfa")).ShouldBe(
            (history["alfa-0"].Quantity + history["alfa-1"].Quantity, history["alfa-0"].Amount + history["alfa-1"].Amount));
        (await Live("customers", "beta")).ShouldBe(history["beta-0"]);
        (await Live("partners", "nordreach")).ShouldBe((history.Values.Sum(one => one.Quantity), history.Values.Sum(one => one.Amount)));
    }

    async Task<(decimal, decimal)> Live(string kind, string id)
    {
        var (quantity, amount) = await Scene.Usage(kind, id);
        return (quantity.Exact(), amount!.Exact());
    }

    async Task<IReadOnlyList<(string Id, DateTimeOffset Time, decimal Quantity, decimal Amount)>> History(
        string from, string to, string subscription = "alfa-0")
    {
        var answer = await Admin.Get($"{Path(subscription)}?from={Escaped(from)}&to={Escaped(to)}", Ndjson);
        return [.. answer.Lines.Select(line => JsonDocument.Parse(line).RootElement).Select(one =>
            (one.Text("id"), DateTimeOffset.Parse(one.Text("time"), CultureInfo.InvariantCulture), one.Text("quantity").Exact(),
                one.List("legs").Single().Text("amount").Exact()))];
    }

    DateTimeOffset Moment(string local) => DateTimeOffset.Parse(Scene.At(local), CultureInfo.InvariantCulture);

    string Escaped(string local) => Uri.EscapeDataString(Scene.At(local));

    string Path(string subscription = "alfa-0") => $"/v1/subscriptions/{Scene.Id(subscription)}/events";
}
