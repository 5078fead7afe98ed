// Several servers of the embedded engine on one PostgreSQL: each is a process with grains, states of parties and an API of its own.
using OrleansBilling.Crash.Tests.Servers;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Cluster.Tests;

/// <summary>What this engine can be spread over. The API has no program of its own here: each server serves it.</summary>
public sealed class Fleet : IAsyncDisposable
{
    const int Count = 3;
    static readonly ServerShape OnTheMachinesClock = new([]);
    readonly PostgresPlace place;

    Fleet(PostgresPlace place)
    {
        this.place = place;
        Processes = [.. Enumerable.Range(0, Count).Select(_ => new ServerProcess(place, OnTheMachinesClock))];
    }

    /// <summary>Each of them takes usage.</summary>
    public IReadOnlyList<ServerProcess> Processes { get; }

    /// <summary>All ready. The first one makes the tables.</summary>
    public static async Task<Fleet> Begin(CancellationToken cancel)
    {
        var fleet = new Fleet(await PostgresPlace.Create(await PostgresServer.Get()));
        foreach (var process in fleet.Processes) await process.Start(cancel);
        return fleet;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes) await process.DisposeAsync();
        await place.DisposeAsync();
    }
}
