// The public API as an integrator calls it: JSON in, JSON out, a key.
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrleansBilling.LoadTests.Traffic;

sealed class PlatformApi : IDisposable
{
    readonly HttpClient http;

    public PlatformApi(Uri url, string key)
    {
        Url = url;
        http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Uri Url { get; }

    public Task<JsonElement> Put(string path, object body, CancellationToken cancel) => Must(HttpMethod.Put, path, Json(body), cancel);

    public Task<JsonElement> Post(string path, object body, CancellationToken cancel) => Must(HttpMethod.Post, path, Json(body), cancel);

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
        var (status, text) = await Send(method, path, body is null ? null : Json(body), cancel);
        return ((int)status, JsonDocument.Parse(text).RootElement);
    }

    public void Dispose() => http.Dispose();

    async Task<JsonElement> Must(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        var (status, body) = await Send(method, path, content, cancel);
        return Good($"{method} {path}", status, body);
    }

    static JsonElement Good(string what, HttpStatusCode status, string body) => (int)status is >= 200 and < 300
        ? JsonDocument.Parse(body.Length == 0 ? "null" : body).RootElement
        : throw new InvalidOperationException($"{what} was answered with {(int)status}: {body}");

    async Task<(HttpStatusCode Status, string Body)> Send(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await http.SendAsync(request, cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancel));
    }

    static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
