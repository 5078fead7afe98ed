// W7: a month's close of many subscriptions, five lines each: how long, how much memory, and whether every line is there.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Close;

/// <summary>Partners have equally many subscriptions; one of them may have more. All of them have used every country once.</summary>
sealed class CloseBench(int partners, int subscriptions, int ofOne)
{
    const int ConnectionCount = 64;
    const int EventsPerRequest = 500;
    const string Month = "2025-05";
    const string Next = "2025-06-01T00:10:00+03:00";
    static readonly string[] Countries = ["FI", "EE", "SE", "NO", "DK"];
    readonly string key = "close-bench";

    int Count => subscriptions + ofOne;

    public async Task<int> Run(bool verify, CancellationToken cancel)
    {
        await using var postgres = await BenchPostgres.Start();
        var connectionString = await postgres.CreateDatabase();
        bool good;
        await using (var server = await BillingServer.Sandbox(null, ["--db", connectionString], key, cancel))
        {
            var port = server.Target(postgres).Port;
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Timeout.InfiniteTimeSpan };
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
            await Timed($"{partners:N0} partners, {Count:N0} subscriptions made", () => SetUp(port, http, cancel));
            await Timed($"{Count * Countries.Length:N0} events sent", () => Send(port, cancel));
            Say($"the server has {server.PeakMemory / 1e6:N0} MB at most");
            var took = await Timed("closed", () => Advance(http, Next, cancel));
            good = await Report(http, took, cancel);
            Say($"the server had {server.PeakMemory / 1e6:N0} MB at most");
        }

        if (verify && good)
            await Timed("verified", async () => good = await Verify(connectionString, cancel));
        Say(good ? "Everything is billed." : "NOT everything is billed.");
        return good ? 0 : 1;
    }

    async Task SetUp(int port, HttpClient http, CancellationToken cancel)
    {
        await Put(http, "/v1/sellers/operator", """{"name":"Operator Oy","country":"FI","currency":"EUR","time_zone":"Europe/Helsinki"}""", cancel);
        await Put(http, "/v1/calendars/monthly", """{"anchor_day":1,"time_zone":"Europe/Helsinki","grace":"PT0S"}""", cancel);
        await Put(http, "/v1/meters/sms", """{"unit":"segment","aggregation":"sum","dimensions":["country"]}""", cancel);
        await Put(http, "/v1/plans/w", """{"name":"Wholesale","currency":"EUR"}""", cancel);
        var charges = Countries.Select((country, at) => string.Create(CultureInfo.InvariantCulture,
            $$"""{"id":"{{country}}","kind":"usage","meter":"sms","match":{"country":"{{country}}"},"unit_price":"0.0{{4 + at}}"}"""));
        await Send(http, HttpMethod.Post, "/v1/plans/w/versions", $$"""{"effective_from":"2025-01-01","charges":[{{string.Join(',', charges)}}]}""", cancel);
        var connections = await Open(port, cancel);
        await Population.InParallel(connections, partners + (ofOne > 0 ? 1 : 0), async one =>
        {
            var (connection, id) = (connections[one.Connection], $"p{one.Number}");
            await Population.Send(connection, key, "PUT", $"/v1/partners/{id}", """{"name":"Partner","country":"FI","currency":"EUR"}""", cancel);
            await Population.Send(connection, key, "PUT", $"/v1/agreements/{id}",
                $$$"""{"kind":"wholesale","seller":"operator","buyer":"{{{id}}}","calendar":"monthly","tax":{"category":"S","rate":"25.5"}}""", cancel);
            await Population.Send(connection, key, "PUT", $"/v1/customers/c{one.Number}", $$"""{"name":"Customer","partner":"{{id}}"}""", cancel);
        });
        await Population.InParallel(connections, Count, one =>
        {
            var partner = one.Number < subscriptions ? one.Number % partners : partners;
            return Population.Send(connections[one.Connection], key, "PUT", $"/v1/subscriptions/s{one.Number}",
                $$$"""{"customer":"c{{{partner}}}","starts_at":"2025-05-01T00:00:00+03:00","legs":[{{{Leg(partner)}}}],"funding":{"mode":"postpaid"}}""",
                cancel);
        });
        connections.ForEach(connection => connection.Dispose());
        await Advance(http, "2025-05-20T12:00:00+03:00", cancel);
    }

    async Task Send(int port, CancellationToken cancel)
    {
        var connections = await Open(port, cancel);
        var perRequest = EventsPerRequest / Countries.Length;
        await Population.InParallel(connections, (Count + perRequest - 1) / perRequest, async one =>
        {
            var body = new StringBuilder();
            for (var number = one.Number * perRequest; number < Math.Min(Count, (one.Number + 1) * perRequest); number++)
            {
                foreach (var country in Countries)
                    body.Append(CultureInfo.InvariantCulture, $$$"""
                        {"specversion":"1.0","id":"{{{country}}}","source":"/s","type":"sms","subject":"s{{{number}}}",{{{Rest(country)}}}}
                        """).Append('\n');
            }

            var text = body.ToString();
            var head = $"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
                + $"Content-Type: application/x-ndjson\r\nContent-Length: {text.Length}\r\n\r\n";
            var answer = await connections[one.Connection].Send(Encoding.ASCII.GetBytes(head + text), cancel);
            if (answer.Status != 200 || answer.Body.Span.IndexOf("\"rejected\":0"u8) < 0)
                throw new InvalidOperationException($"Events were answered with {answer}");
        });
        connections.ForEach(connection => connection.Dispose());
    }

    static string Leg(int partner) => $$"""{"agreement":"p{{partner}}","plan":"w"}""";

    static string Rest(string country) => "\"time\":\"2025-05-20T06:00:00Z\",\"data\":{\"quantity\":\"3\",\"country\":\"" + country + "\"}";

    static async Task<List<RawConnection>> Open(int port, CancellationToken cancel)
    {
        var connections = new List<RawConnection>();
        for (var number = 0; number < ConnectionCount; number++)
            connections.Add(await RawConnection.Open(port, cancel));
        return connections;
    }

    async Task<bool> Report(HttpClient http, TimeSpan took, CancellationToken cancel)
    {
        var run = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/v1/runs/monthly:{Month}?limit=1", UriKind.Relative), cancel)).RootElement;
        var progress = run.GetProperty("progress");
        var (expected, done) = (progress.GetProperty("expected").GetInt64(), progress.GetProperty("done").GetInt64());
        var reported = run.GetProperty("reports").GetProperty("reported").GetInt64();
        Say(string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {expected:N0} documents, {reported:N0} of {Count:N0} subscriptions, ")
            + string.Create(CultureInfo.InvariantCulture, $"{reported / took.TotalSeconds:N0} subscriptions/s, {done / took.TotalSeconds:N0} documents/s"));
        return done == expected && reported == Count && run.GetProperty("state").GetString() == "completed";
    }

    async Task<bool> Verify(string connectionString, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet", [BillingServer.Assembly, "verify", "--db", connectionString]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            Say(await said);
        return process.ExitCode == 0;
    }

    static Task Advance(HttpClient http, string to, CancellationToken cancel) =>
        Send(http, HttpMethod.Post, "/v1/clock/advance", $$"""{"to":"{{to}}"}""", cancel);

    static Task Put(HttpClient http, string path, string body, CancellationToken cancel) => Send(http, HttpMethod.Put, path, body, cancel);

    static async Task Send(HttpClient http, HttpMethod method, string path, string body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request, cancel);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"{method} {path} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancel)}");
    }

    static async Task<TimeSpan> Timed(string what, Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        var took = Stopwatch.GetElapsedTime(began);
        Say(string.Create(CultureInfo.InvariantCulture, $"{what} in {took.TotalSeconds:N1} s"));
        return took;
    }

    static void Say(string what) => Console.WriteLine($"close: {what}");
}
