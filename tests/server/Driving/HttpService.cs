// A service that the tests run beside the product: a real HTTP server on a port of its own, which can go away and come back on the same one.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Driving;

/// <summary>While it is stopped nobody listens on its port: who calls it is refused by the machine. What it keeps, it keeps.</summary>
public abstract class HttpService : IAsyncDisposable
{
    static readonly TimeSpan StopMax = TimeSpan.FromSeconds(5);
    readonly int port = FreePort.Next();
    WebApplication? running;

    /// <summary>Where it is, whether it runs or not.</summary>
    public Uri Url => new($"http://127.0.0.1:{port}");

    /// <summary>Begins to listen.</summary>
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url.ToString());
        running = builder.Build();
        Map(running);
        await running.StartAsync();
    }

    /// <summary>Goes away.</summary>
    public async Task Stop()
    {
        if (running is not { } app) return;
        running = null;
        using var most = new CancellationTokenSource(StopMax);
        await app.StopAsync(most.Token);
        await app.DisposeAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Stop();
        GC.SuppressFinalize(this);
    }

    /// <summary>What it answers.</summary>
    protected abstract void Map(IEndpointRouteBuilder routes);
}
