// A stream of live usage as a client reads it.
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Live;

/// <summary>One open stream. Reading waits for the server, and at most half a minute.</summary>
public sealed class UsageStreamReading : IDisposable
{
    static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };
    readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
    readonly StreamReader lines;

    UsageStreamReading(StreamReader lines) => this.lines = lines;

    /// <summary>Opens it.</summary>
    public static async Task<UsageStreamReading> Open(Uri server, string key, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new UsageStreamReading(new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    public void Dispose()
    {
        lines.Dispose();
        patience.Dispose();
    }

    /// <summary>The next figure; null: the stream has ended.</summary>
    public async Task<JsonElement?> Next()
    {
        string? id = null;
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line["id: ".Length..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            var data = JsonDocument.Parse(line["data: ".Length..]).RootElement;
            data.Text("as_of").ShouldBe(id);
            return data;
        }

        return null;
    }

    /// <summary>The next alert; figures before it are passed over.</summary>
    public async Task<JsonElement> Alert()
    {
        var isAlert = false;
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                isAlert = line == "event: alert";
            if (isAlert && line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonDocument.Parse(line["data: ".Length..]).RootElement;
        }

        throw new InvalidOperationException("The stream ended before an alert.");
    }

    /// <summary>The first figure with this quantity.</summary>
    public async Task<JsonElement> Until(string quantity)
    {
        while (true)
        {
            var next = (await Next()).ShouldNotBeNull($"The stream ended before {quantity}.");
            if (next.List("meters").Any(meter => meter.Text("quantity") == quantity))
                return next;
        }
    }
}
