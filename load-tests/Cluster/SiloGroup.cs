// One server, or several silos of one cluster on this machine, each a process that can be killed and started again.
using System.Globalization;
using System.Security.Cryptography;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.TestSupport;

namespace OrleansBilling.LoadTests.Cluster;

/// <summary>A member's ports stay the same over its restarts.</summary>
sealed class SiloGroup : IAsyncDisposable
{
    readonly List<Func<Task<ChildServer>>> starts = [];
    readonly List<ChildServer> children = [];

    SiloGroup(string key) => Key = key;

    public string Key { get; }
    public IReadOnlyList<int> Ports => [.. children.Select(child => child.Port)];
    public IReadOnlyList<int> ProcessIds => [.. children.Select(child => child.ProcessId)];
    public long PeakMemory => children.Max(child => child.PeakMemory);
    public string Output => string.Join('\n', children.Select((child, index) => $"silo {index + 1}: {child.Output}"));

    /// <summary>Starts them one after the other; the embedded engine needs no cluster.</summary>
    /// <param name="program">The silo's assembly; null: that of the Release build.</param>
    public static async Task<SiloGroup> Start(string engine, string? program, int count, string connectionString, CancellationToken cancel)
    {
        var group = new SiloGroup("cluster-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        var environment = new Dictionary<string, string> { ["BILLING_ADMIN_KEY"] = group.Key };
        try
        {
            for (var number = 0; number < count; number++)
            {
                var port = FreePort.Next();
                string[] member = engine == "embedded" ? [] : ["--cluster-id", "load", "--silo-port", Free(), "--gateway-port", Free()];
                Task<ChildServer> Child() => ChildServer.Start(program ?? Release(engine),
                    chosen => ["--port", $"{chosen}", "--db", connectionString, .. member], environment, "/readyz", cancel, port);
                group.starts.Add(Child);
                group.children.Add(await Child());
            }

            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public Task Kill(int index) => children[index].Kill();

    public async Task StartAgain(int index) => children[index] = await starts[index]();

    public LoadTarget Target(BenchPostgres postgres) => new(Ports[0], Key, ProcessIds[0], postgres.ProcessId);

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children)
            await child.DisposeAsync();
    }

    static string Free() => FreePort.Next().ToString(CultureInfo.InvariantCulture);

    // artifacts/<engine>/bin/<project>/<configuration>/, whichever engine this program itself was built for.
    static string Release(string engine)
    {
        var builds = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..");
        var path = Path.GetFullPath(Path.Combine(builds, engine, "bin", "Silo", "release", "OrleansBilling.Silo.dll"));
        return File.Exists(path) ? path
            : throw new InvalidOperationException($"There is no silo of the engine {engine}: dotnet build silo/Silo.csproj -c Release -p:Engine={engine}");
    }
}
