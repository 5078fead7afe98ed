// Two hosts in this process on one store: every grain can have a second activation, whichever database it is.
using Orleans;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Silo;
using OrleansBilling.Storage;
using OrleansBilling.TestSupport;

[assembly: AssemblyFixture(typeof(PostgresDatabases))]

namespace OrleansBilling.Silo.Tests;

/// <summary>
/// The second host has an engine, a catalogue and an API of its own, and the first one's store: what Orleans allows for a moment while its
/// members change, held for as long as a test likes.
/// </summary>
public abstract class TwinHosts : IAsyncLifetime
{
    const string Key = "twin-hosts-admin-key";
    readonly List<WebApplication> hosts = [];

    public Api First { get; private set; } = null!;
    public Api Second { get; private set; } = null!;

    /// <summary>The grains of the first (0) or second (1) host.</summary>
    public IGrainFactory Grains(int host) => hosts[host].Services.GetRequiredService<IGrainFactory>();

    /// <summary>What the first (0) or second (1) host is made of.</summary>
    public T Service<T>(int host) where T : notnull => hosts[host].Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        var (data, db) = await CreateStore();
        var first = await Start(data, db, null);
        await first.Services.GetRequiredService<KeyRing>().EnsureAdminKey(CancellationToken.None);
        var second = await Start(data, db, services =>
        {
            foreach (var port in services.Where(one => IsPort(one.ServiceType)).Select(one => one.ServiceType).Distinct().ToList())
                services.AddSingleton(port, first.Services.GetRequiredService(port));
        });
        (First, Second) = (ApiOf(first), ApiOf(second));
    }

    public async ValueTask DisposeAsync()
    {
        // The second one first: the store belongs to the first.
        foreach (var host in Enumerable.Reverse(hosts))
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }

        await DropStore();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<(string Data, string? Db)> CreateStore();

    protected abstract Task DropStore();

    static bool IsPort(Type type) => type.IsInterface && type.Assembly == typeof(IStore).Assembly;

    static Api ApiOf(WebApplication host) => new(() => new Uri(host.Urls.Single()), Key);

    async Task<WebApplication> Start(string data, string? db, Action<IServiceCollection>? replace)
    {
        // That streams are lost, and that impossible things are refused, is what these tests are about.
        var host = BillingHost.Build(new SiloOptions(FreePort.Next(), data, db, ManualClock: true), Key, services =>
        {
            services.AddLogging(logs => logs.SetMinimumLevel(LogLevel.None));
            replace?.Invoke(services);
        });
        hosts.Add(host);
        await host.Services.GetRequiredService<IStore>().Start(CancellationToken.None);
        await host.Services.GetRequiredService<SandboxControl>().Restore(CancellationToken.None);
        await host.StartAsync();
        return host;
    }
}

public sealed class TwinHostsOnSqlite : TwinHosts
{
    readonly string folder = Directory.CreateTempSubdirectory("billing-twins-").FullName;

    protected override Task<(string Data, string? Db)> CreateStore() => Task.FromResult<(string, string?)>((folder, null));

    protected override Task DropStore()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}

public sealed class TwinHostsOnPostgres : TwinHosts
{
    string database = "";

    protected override async Task<(string Data, string? Db)> CreateStore() => ("", database = await (await PostgresServer.Get()).CreateDatabase());

    protected override async Task DropStore() => await (await PostgresServer.Get()).DropDatabase(database);
}
