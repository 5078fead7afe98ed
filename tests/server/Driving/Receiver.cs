// A receiver of webhooks: a real HTTP server that keeps what it was sent and answers as it is told.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace OrleansBilling.Server.Tests.Driving;

/// <summary>One attempt: its headers and its body, every byte.</summary>
public sealed record Received(string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
}

public sealed class Receiver : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly HttpListener listener = new();
    private readonly Channel<Received> all = Channel.CreateUnbounded<Received>();
    private readonly ConcurrentQueue<int> answers = new();

    public Receiver()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/hook";
        }

        listener.Prefixes.Add(new Uri(new Uri(Url), "/").AbsoluteUri);
        listener.Start();
        _ = Listen();
    }

    public string Url { get; }

    /// <summary>Status codes of the next attempts; 200 when there are none left.</summary>
    public void Answer(params int[] codes)
    {
        foreach (var code in codes) answers.Enqueue(code);
    }

    /// <summary>The next attempt.</summary>
    public async Task<Received> Next()
    {
        using var end = new CancellationTokenSource(Patience);
        return await all.Reader.ReadAsync(end.Token);
    }

    /// <summary>Whether something came that nobody has asked for.</summary>
    public bool HasMore => all.Reader.TryPeek(out _);

    public void Dispose() => ((IDisposable)listener).Dispose();

    private async Task Listen()
    {
        try
        {
            while (await listener.GetContextAsync() is { } call)
            {
                using var reader = new StreamReader(call.Request.InputStream);
                string Header(string name) => call.Request.Headers[name] ?? "";
                var received = new Received(Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), await reader.ReadToEndAsync());
                call.Response.StatusCode = answers.TryDequeue(out var code) ? code : 200;
                if (code is >= 300 and < 400) call.Response.RedirectLocation = Url;
                call.Response.Close();
                await all.Writer.WriteAsync(received);
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            all.Writer.TryComplete();
        }
    }
}
