// What a read does when the server has ended connections that lay idle in the pool.
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Storage.Tests;

public sealed class BrokenConnections(PostgresPlace place) : IClassFixture<PostgresPlace>
{
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task reads_go_on_after_the_server_has_ended_every_idle_connection()
    {
        var (store, stream) = (place.Store, place.NewStream());
        await store.Journal.Open(stream, 0).Append(new byte[] { 1 });
        await FillPool();
        await KillBackends();
        (await store.Journal.Load(stream, cancel)).Head.ShouldBe(1);
    }

    [Fact]
    public async Task streaming_reads_go_on_too()
    {
        var (store, stream) = (place.Store, place.NewStream());
        await store.Journal.Open(stream, 0).Append(new byte[] { 1 });
        await FillPool();
        await KillBackends();
        var rows = new List<JournalRow>();
        await foreach (var row in store.Journal.Read(stream, 1, 1, cancel)) rows.Add(row);
        rows.Single().Version.ShouldBe(1);
    }

    [Fact]
    public async Task a_second_broken_connection_is_told()
    {
        var calls = 0;
        await ReadFails(() => new NpgsqlException("broken", new IOException("reset")), () => calls++);
        calls.ShouldBe(2);
    }

    [Fact]
    public async Task a_time_out_or_a_refused_statement_is_told_at_once()
    {
        var calls = 0;
        await ReadFails(() => new NpgsqlException("slow", new TimeoutException()), () => calls++);
        await ReadFails(() => new PostgresException("no such table", "ERROR", "ERROR", PostgresErrors.UndefinedTable), () => calls++);
        calls.ShouldBe(2);
    }

    async Task ReadFails(Func<Exception> failure, Action called)
    {
        await using var database = new PostgresDatabase(place.Options, NullLoggerFactory.Instance);
        (await Should.ThrowAsync<StorageException>(() => database.Read<int>(_ =>
        {
            called();
            throw failure();
        }, cancel))).Failure.ShouldBe(StorageFailure.Unavailable);
    }

    // Reads that overlap: each has a connection of its own, and all of them lie in the pool afterwards.
    Task FillPool() => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => place.Store.Journal.Load(place.NewStream(), cancel)));

    async Task KillBackends() => (await (await PostgresServer.Get()).KillBackends(place.ConnectionString)).ShouldBeGreaterThan(1);
}
