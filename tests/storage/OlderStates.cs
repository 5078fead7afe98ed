// A database that went back to an older state under a running process, by a restore or a failover with loss.
using System.Globalization;
using Npgsql;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Storage.Tests;

public sealed class OlderStates(PostgresPlace place) : IClassFixture<PostgresPlace>
{
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_process_that_knows_a_row_which_is_gone_writes_nothing_any_more()
    {
        var store = await place.Open(place.Options with { JournalLanes = 1 });
        var stream = place.NewStream();
        var writer = store.Journal.Open(stream, 0);
        await writer.Append(new byte[] { 1 });
        await writer.Append(new byte[] { 2 });
        await GoBack(stream, 1);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            // Behind the gap, of another stream, and of a stream that was read again: none is written.
            var fault = await Should.ThrowAsync<JournalException>(() => store.Journal.Open(attempt == 0 ? stream : place.NewStream(), 0).Append(new byte[] { 3 }));
            fault.Failure.ShouldBe(JournalFailure.Unavailable);
            fault.Message.ShouldContain("The database has gone back to an older state");
        }
        (await place.Store.Journal.Load(stream, cancel)).Head.ShouldBe(1);
        // Started again, it goes on from what is there.
        (await (await place.Open(place.Options)).Journal.Open(stream, 1).AppendVersion(new byte[] { 4 })).ShouldBe(2);
    }

    [Fact]
    public async Task a_failover_without_loss_goes_on()
    {
        var store = await place.Open(place.Options with { JournalLanes = 1 });
        var writer = store.Journal.Open(place.NewStream(), 0);
        await writer.Append(new byte[] { 1 });
        await (await PostgresServer.Get()).KillBackends(place.ConnectionString);
        (await writer.AppendVersion(new byte[] { 2 })).ShouldBe(2);
    }

    [Fact]
    public async Task a_row_that_an_archive_has_is_not_gone()
    {
        var store = await place.Open(place.Options with { JournalLanes = 1 });
        var stream = place.NewStream();
        await store.Journal.Open(stream, 0).Append(new byte[] { 1 });
        // Another process writes the next row, and this one lies idle until its own is archived.
        await place.Store.Journal.Open(stream, 1).Append(new byte[] { 2 });
        await using var source = NpgsqlDataSource.Create(place.ConnectionString + ";Pooling=false");
        await using var archive = source.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"""
            insert into journal_bases (stream, version, state, checksum, archive, through) values ({stream}, 1, '', 0, 'a', 0);
            delete from journal where stream = {stream} and version = 1
            """));
        await archive.ExecuteNonQueryAsync(cancel);
        await (await PostgresServer.Get()).KillBackends(place.ConnectionString);
        (await store.Journal.Open(stream, 2).AppendVersion(new byte[] { 3 })).ShouldBe(3);
    }

    async Task GoBack(long stream, long version)
    {
        // A connection of its own: those of the store may have died with an earlier kill.
        await using var source = NpgsqlDataSource.Create(place.ConnectionString + ";Pooling=false");
        await using var delete = source.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"delete from journal where stream = {stream} and version > {version}"));
        await delete.ExecuteNonQueryAsync(cancel);
        await (await PostgresServer.Get()).KillBackends(place.ConnectionString);
    }
}
