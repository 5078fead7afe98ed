// The product as users run it: the Release build of the silo on PostgreSQL, system clock, one admin key.
using System.Security.Cryptography;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Servers;

sealed class BillingServer : IAsyncDisposable
{
    readonly ChildServer child;

    BillingServer(ChildServer child, string key) => (this.child, Key) = (child, key);

    public string Key { get; }
    public int Port => child.Port;
    public long PeakMemory => child.PeakMemory;
    public string Output => child.Output;

    public static async Task<BillingServer> Start(string connectionString, CancellationToken cancel)
    {
        var key = "bench-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var environment = new Dictionary<string, string> { ["BILLING_ADMIN_KEY"] = key };
        string[] Arguments(int port) => ["--port", $"{port}", "--db", connectionString, "--clock", "system"];
        var child = await ChildServer.Start(Assembly, Arguments, environment, "/readyz", cancel);
        return new BillingServer(child, key);
    }

    /// <summary>A server with a sandbox clock on a port and a store that were chosen.</summary>
    public static async Task<BillingServer> Sandbox(int? port, string[] store, string key, CancellationToken cancel)
    {
        var environment = new Dictionary<string, string> { ["BILLING_ADMIN_KEY"] = key };
        string[] Arguments(int free) => ["--port", $"{free}", .. store, "--clock", "manual"];
        return new BillingServer(await ChildServer.Start(Assembly, Arguments, environment, "/readyz", cancel, port), key);
    }

    public LoadTarget Target(BenchPostgres postgres) => new(child.Port, Key, child.ProcessId, postgres.ProcessId);

    public ValueTask DisposeAsync() => child.DisposeAsync();

    // artifacts/<engine>/bin/<project>/release: the silo of the same build stands beside this program.
    public static string Assembly => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", "release", "OrleansBilling.Silo.dll"));
}
