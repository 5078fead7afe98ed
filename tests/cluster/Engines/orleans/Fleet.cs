// A cluster of three silos, and the API's own program beside them as their client.
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests;

/// <summary>Every process that takes usage.</summary>
public sealed class Fleet : IAsyncDisposable
{
    readonly ClusterRun run;
    readonly ServerProcess program;

    Fleet(ClusterRun run)
    {
        this.run = run;
        program = new ServerProcess(run.Place, new ServerShape(["--cluster-id", ClusterRun.ClusterName]) { Project = "ClientApi" });
    }

    /// <summary>Each of them takes usage: the silos, and the program.</summary>
    public IReadOnlyList<ServerProcess> Processes => [.. run.Silos, program];

    /// <summary>All ready.</summary>
    public static async Task<Fleet> Begin(CancellationToken cancel)
    {
        var fleet = new Fleet(await ClusterRun.Begin(new ClusterSetUp("states of parties", await ClusterRun.NewPlace()) { HasWorld = false }));
        await fleet.program.Start(cancel);
        return fleet;
    }

    public async ValueTask DisposeAsync()
    {
        await program.DisposeAsync();
        await run.DisposeAsync();
    }
}
