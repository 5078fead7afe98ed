// The HTTP API as a client of it sees it.
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Driving;

/// <summary>One key's view of a server. Put, Post and Get expect success; Send takes every answer.</summary>
public sealed class Api(Func<Uri> server, string? key)
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(180) };

    /// <summary>Where it is.</summary>
    public Uri Url => server();

    /// <summary>The same server with another key.</summary>
    public Api As(string? otherKey) => new(server, otherKey);

    public async Task<Answer> Put(string path, object body) => (await Send(HttpMethod.Put, path, body)).Expect(200, 201);

    public async Task<Answer> Post(string path, object? body = null) => (await Send(HttpMethod.Post, path, body)).Expect(200, 201, 202);

    public async Task<Answer> Get(string path, string accept = "application/json") => (await Send(HttpMethod.Get, path, accept: accept)).Expect(200);

    public Task<Answer> TryPut(string path, object body) => Send(HttpMethod.Put, path, body);

    public Task<Answer> TryPost(string path, object? body = null, string? idempotencyKey = null) =>
        Send(HttpMethod.Post, path, body, idempotencyKey: idempotencyKey);

    public Task<Answer> TryGet(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path);

    /// <summary>A command, as an object or as JSON text.</summary>
    public Task<Answer> Send(HttpMethod method, string path, object? body = null, string accept = "application/json", string? idempotencyKey = null)
    {
        var json = body as string ?? (body is null ? null : JsonSerializer.Serialize(body));
        return Send(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), accept, idempotencyKey);
    }

    /// <summary>Moves the sandbox clock; answers when all that falls due until then has run.</summary>
    public Task<Answer> Advance(string to) => Post("/v1/clock/advance", new { to });

    /// <summary>Usage, one event per line.</summary>
    public Task<UsageAnswer> Events(params IEnumerable<JsonObject> events) => Usage("application/x-ndjson", Lines(events));

    /// <summary>Usage as a JSON array.</summary>
    public Task<UsageAnswer> Batch(params IEnumerable<JsonObject> events) =>
        Usage("application/cloudevents-batch+json", "[" + string.Join(',', events.Select(one => one.ToJsonString())) + "]");

    /// <summary>One event.</summary>
    public Task<UsageAnswer> Single(JsonObject one) => Usage("application/cloudevents+json", one.ToJsonString());

    /// <summary>Usage whatever the answer.</summary>
    public Task<Answer> TryEvents(string contentType, string body, string accept = "application/json", string query = "")
    {
        var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return Send(HttpMethod.Post, "/v1/events" + query, content, accept, null);
    }

    /// <summary>Usage without a length said before: the stream that a gateway keeps open.</summary>
    public Task<Answer> Stream(string accept, params IEnumerable<JsonObject> events)
    {
        var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Lines(events))));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        content.Headers.ContentLength = null;
        return Send(HttpMethod.Post, "/v1/events", content, accept, null, chunked: true);
    }

    /// <summary>Lines as they are, with their length said before or not.</summary>
    public Task<Answer> Lines(HttpContent body, string accept = "application/json", bool chunked = false) =>
        Send(HttpMethod.Post, "/v1/events", body, accept, null, chunked);

    /// <summary>A body of CSV.</summary>
    public Task<Answer> Csv(string path, string csv, string? idempotencyKey = null) =>
        Send(HttpMethod.Post, path, new StringContent(csv, Encoding.UTF8, "text/csv"), "application/json", idempotencyKey);

    /// <summary>Old usage of a backfill, one event per line.</summary>
    public Task<Answer> Backfill(string id, params IEnumerable<JsonObject> events)
    {
        var content = new StringContent(Lines(events), Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return Send(HttpMethod.Post, $"/v1/backfills/{id}/events", content, "application/json", null);
    }

    public static string Lines(IEnumerable<JsonObject> events) => string.Concat(events.Select(one => one.ToJsonString() + "\n"));

    async Task<UsageAnswer> Usage(string contentType, string body) => UsageAnswer.Of((await TryEvents(contentType, body)).Expect(200));

    async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, string accept, string? idempotencyKey, bool chunked = false)
    {
        using var request = new HttpRequestMessage(method, new Uri(server(), path)) { Content = content };
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        // The server may refuse a large body before it was sent.
        request.Headers.ExpectContinue = content?.Headers.ContentLength > 1024 * 1024 ? true : null;
        request.Headers.Accept.ParseAdd(accept);
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer($"{method} {path}", (int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Content.Headers.ContentType?.MediaType ?? "",
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)));
    }
}
