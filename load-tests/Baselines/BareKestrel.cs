// B4: a bare web server that reads the body and answers 200: what HTTP alone costs here.
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;

namespace OrleansBilling.LoadTests.Baselines;

sealed class BareKestrel(EventMix mix) : IAsyncDisposable
{
    ChildServer? server;

    /// <summary>The child process.</summary>
    public static async Task<int> Serve(int port, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Run(Answer);
        await app.StartAsync(cancel);
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    public async Task Create(CancellationToken cancel)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "OrleansBilling.LoadTests.dll");
        server = await ChildServer.Start(program, port => ["kestrel", $"{port}"], new Dictionary<string, string>(), "/", cancel);
        await Run(8, TimeSpan.FromSeconds(1), cancel);
    }

    /// <summary>Events per second.</summary>
    public async Task<double> Run(int connections, TimeSpan span, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var port = server!.Port;
        var requests = await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(() => Send(port, number, began, span, cancel), cancel)));
        return requests.Sum() * mix.EventsPerRequest / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? default;

    async Task<long> Send(int port, int number, long began, TimeSpan span, CancellationToken cancel)
    {
        using var connection = await RawConnection.Open(port, cancel);
        var request = new EventRequest(mix, "none", (ulong)number);
        var sent = 0L;
        for (; Stopwatch.GetElapsedTime(began) < span; sent++)
        {
            request.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            await connection.Send(request.Bytes, cancel);
        }

        return sent;
    }

    static async Task Answer(HttpContext context)
    {
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync();
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }
}
