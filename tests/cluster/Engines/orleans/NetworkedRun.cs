// A run whose silos have a network of namespaces between them, and a line of their own to PostgreSQL.
namespace OrleansBilling.Cluster.Tests;

public sealed class NetworkedRun : IAsyncDisposable
{
    readonly TcpProxy line;

    NetworkedRun(SiloNetwork network, TcpProxy line, ClusterRun run) => (Network, this.line, Run) = (network, line, run);

    public SiloNetwork Network { get; }
    public ClusterRun Run { get; }

    public static async Task<NetworkedRun> Begin(string name, int count, bool hasWorld = true)
    {
        var place = await ClusterRun.NewPlace();
        var network = new SiloNetwork(count);
        // PostgreSQL serves on the loop-back address alone.
        var line = new TcpProxy(network.Host, place.ConnectionString);
        try
        {
            return new NetworkedRun(network, line, await ClusterRun.Begin(new ClusterSetUp(name, place, count, (number, shape) => new([.. shape.Options,
                "--listen", $"{network.AddressOf(number)}", "--advertise", $"{network.AddressOf(number)}"])
            {
                Host = $"{network.AddressOf(number)}", Behind = network.Behind(number), Store = ["--db", line.ConnectionString],
            }) { HasWorld = hasWorld }));
        }
        catch
        {
            await line.DisposeAsync();
            network.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Run.DisposeAsync();
        await line.DisposeAsync();
        Network.Dispose();
    }
}
