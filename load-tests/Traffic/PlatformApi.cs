// The public API as an integrator calls it: JSON in, JSON out, a key.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrleansBilling.LoadTests.Traffic;

sealed class PlatformApi : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    readonly HttpClient http;

    public PlatformApi(Uri url, string key)
    {
        Url = url;
        http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Uri Url { get; }

    public Task<JsonElement> Put(string path, object body, CancellationToken cancel) => Must(HttpMethod.Put, path, body, cancel);

    public Task<JsonElement> Post(string path, object body, CancellationToken cancel) => Must(HttpMethod.Post, path, body, cancel);

    public Task<JsonElement> Get(string path, CancellationToken cancel) => Must(HttpMethod.Get, path, null, cancel);

    /// <summary>Usage, one event a line; null: the server was busy, the same lines are to be sent again.</summary>
    public async Task<JsonElement?> Events(string lines, CancellationToken cancel)
    {
        var (status, body) = await Send(HttpMethod.Post, "/v1/events", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), cancel);
        return status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? null : Good("POST /v1/events", status, body);
    }

    /// <summary>Whatever the answer.</summary>
    public async Task<(int Status, JsonElement Body)> Try(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        var (status, text) = await Patiently(method, path, body, cancel);
        return ((int)status, Parse($"{method} {path}", status, text));
    }

    /// <summary>What a refusal says, for a person: its detail, or the whole answer.</summary>
    public static string Reason(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("detail", out var detail) && detail.GetString() is { } text ? text : body.ToString();

    public void Dispose() => http.Dispose();

    async Task<JsonElement> Must(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        var (status, text) = await Patiently(method, path, body, cancel);
        return Good($"{method} {path}", status, text);
    }

    // Every command here can be repeated: a server whose database was away for a moment is asked again.
    async Task<(HttpStatusCode Status, string Body)> Patiently(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            var (status, text) = await Send(method, path, body is null ? null : Json(body), cancel);
            if (status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) || Stopwatch.GetElapsedTime(began) > Patience)
                return (status, text);
            await Task.Delay(Pause, cancel);
        }
    }

    JsonElement Good(string what, HttpStatusCode status, string body) => (int)status switch
    {
        >= 200 and < 300 => Parse(what, status, body.Length == 0 ? "null" : body),
        401 => throw new InvalidOperationException($"The server at {Url} does not know this key. Say the right one with --key, or in BILLING_ADMIN_KEY."),
        _ => throw new InvalidOperationException($"{what} was answered with {(int)status}: {Reason(Parse(what, status, body))}"),
    };

    JsonElement Parse(string what, HttpStatusCode status, string body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException)
        {
            throw new InvalidOperationException($"What answers at {Url} is no OrleansBilling server: {what} came back with {(int)status} and no JSON.");
        }
    }

    async Task<(HttpStatusCode Status, string Body)> Send(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await http.SendAsync(request, cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel));
    }

    static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
