// The few calls of the HTTP API that the client makes besides sending usage.
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Crash.Tests.Client;

/// <summary>Definitions, clock, runs and live usage of one server.</summary>
public sealed class Api(Uri address) : IDisposable
{
    const int AttemptsMax = 20;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    readonly HttpClient http = NewHttp(address, TimeSpan.FromMinutes(2));

    /// <summary>Whether 503 is asked again: silos that are just starting on a busy machine may not know what became of a request.</summary>
    public bool AsksAgain { get; init; }

    public static HttpClient NewHttp(Uri address, TimeSpan timeout)
    {
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { BaseAddress = address, Timeout = timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.AdminKey);
        return http;
    }

    public Task Put(string path, object body, CancellationToken cancel) => Call(HttpMethod.Put, path, body, cancel);

    public Task<JsonElement> Post(string path, object body, CancellationToken cancel) => Call(HttpMethod.Post, path, body, cancel);

    public Task<JsonElement> Get(string path, CancellationToken cancel) => Call(HttpMethod.Get, path, null, cancel);

    public Task Advance(string to, CancellationToken cancel) => Post("/v1/clock/advance", new { to }, cancel);

    public async Task<long> NowMicros(CancellationToken cancel) => UsageEvent.Micros((await Get("/v1/clock", cancel)).GetProperty("now").GetString()!);

    /// <summary>State of the run that closes a period, or null when it has not begun.</summary>
    public async Task<string?> RunState(string period, CancellationToken cancel)
    {
        foreach (var run in (await Get("/v1/runs", cancel)).GetProperty("data").EnumerateArray())
            if (run.GetProperty("period").GetString() == period) return run.GetProperty("state").GetString();
        return null;
    }

    /// <summary>Live usage of a period: what the server says when it is asked, per agreement, and the number of events.</summary>
    public async Task<(long Events, IReadOnlyDictionary<string, decimal> Amounts)> Usage(string subscription, string period, CancellationToken cancel)
    {
        var events = 0L;
        var amounts = new Dictionary<string, decimal>();
        foreach (var meter in (await Get($"/v1/subscriptions/{subscription}/usage?period={period}", cancel)).GetProperty("meters").EnumerateArray())
        {
            events += meter.GetProperty("events").GetInt64();
            foreach (var leg in meter.GetProperty("legs").EnumerateArray())
            {
                var agreement = leg.GetProperty("agreement").GetString()!;
                var amount = decimal.Parse(leg.GetProperty("amount").GetProperty("amount").GetString()!, CultureInfo.InvariantCulture);
                amounts[agreement] = amounts.GetValueOrDefault(agreement) + amount;
            }
        }
        return (events, amounts);
    }

    public void Dispose() => http.Dispose();

    async Task<JsonElement> Call(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Once(method, path, body, cancel);
            }
            catch (HttpRequestException fault) when (AsksAgain && fault.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < AttemptsMax)
            {
                await Task.Delay(Pause, cancel);
            }
        }
    }

    async Task<JsonElement> Once(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{method} {path}: {(int)answer.StatusCode} {text}", null, answer.StatusCode);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
