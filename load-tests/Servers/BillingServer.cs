// The product as users run it: the Release build of the silo on PostgreSQL, system clock, one admin key.
using System.Security.Cryptography;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Servers;

sealed class BillingServer : IAsyncDisposable
{
    readonly Func<int?, Task<ChildServer>> start;
    ChildServer child;

    BillingServer(ChildServer child, string key, Func<int?, Task<ChildServer>> start) => (this.child, Key, this.start) = (child, key, start);

    public string Key { get; }
    public int Port => child.Port;
    public long PeakMemory => child.PeakMemory;
    public string Output => child.Output;

    public static async Task<BillingServer> Start(string connectionString, CancellationToken cancel)
    {
        var key = "bench-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var environment = new Dictionary<string, string> { ["BILLING_ADMIN_KEY"] = key };
        string[] Arguments(int port) => ["--port", $"{port}", "--db", connectionString, "--clock", "system"];
        return await Start(null, key, Arguments, environment, cancel);
    }

    /// <summary>A server with a sandbox clock on a port and a store that were chosen.</summary>
    public static async Task<BillingServer> Sandbox(int? port, string[] store, string key, CancellationToken cancel)
    {
        var environment = new Dictionary<string, string> { ["BILLING_ADMIN_KEY"] = key };
        string[] Arguments(int free) => ["--port", $"{free}", .. store, "--clock", "manual"];
        return await Start(port, key, Arguments, environment, cancel);
    }

    /// <summary>kill -9 at once, whatever it is doing.</summary>
    public Task Kill() => child.Kill();

    /// <summary>After it was killed: the same store on the same port.</summary>
    public async Task StartAgain(int port) => child = await start(port);

    public LoadTarget Target(BenchPostgres postgres) => new(child.Port, Key, child.ProcessId, postgres.ProcessId);

    static async Task<BillingServer> Start(int? port, string key, Func<int, IReadOnlyList<string>> arguments, Dictionary<string, string> environment,
        CancellationToken cancel)
    {
        Task<ChildServer> Child(int? chosen) => ChildServer.Start(Assembly, arguments, environment, "/readyz", cancel, chosen);
        return new BillingServer(await Child(port), key, Child);
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();

    // What ./bench has compiled ahead, as it is deployed (Dockerfile). Else artifacts/<engine>/bin/<project>/release: the silo of the same build stands
    // beside this program.
    public static string Assembly => Environment.GetEnvironmentVariable("BILLING_BENCH_SILO") is { Length: > 0 } ahead
        ? ahead : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", "release", "OrleansBilling.Silo.dll"));
}
