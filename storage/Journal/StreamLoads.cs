// What activations start from: snapshot and tail, of many streams in one statement when many wake up together.
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

/// <summary>
/// After a restart, at a close, and when traffic moves, thousands of streams are asked for at once. PostgreSQL answers a hundred of them for little
/// more than one; SQLite has no wire between, and answers each by itself. A stream that is damaged fails alone: its batch is read again, one by one.
/// </summary>
sealed class StreamLoads
{
    // Part 0 is the base, 1 the snapshot, 2 the rows. A snapshot older than the base lacks the rows behind it.
    const string One = """
        with base as (
            select version, state, checksum from journal_bases where stream = @stream order by version desc limit 1),
        snapshot as (
            select version, state, checksum from snapshots
            where stream = @stream and version >= @least and version >= coalesce((select version from base), 0)
              and version <= (select coalesce(max(version), 0) from journal where stream = @stream))
        select version, state, checksum, 1 as part from snapshot
        union all
        select version, state, checksum, 0 from base where not exists (select 1 from snapshot)
        union all
        select version, payload, 0, 2 from journal
        where stream = @stream and version > coalesce((select version from snapshot), (select version from base), 0)
        order by part, version
        """;

    const string Many = """
        select found.version, found.bytes, found.checksum, found.part, asked.stream
        from unnest($1) as asked(stream), lateral (
            with base as (
                select version, state, checksum from journal_bases where stream = asked.stream order by version desc limit 1),
            snapshot as (
                select version, state, checksum from snapshots
                where stream = asked.stream and version >= coalesce((select version from base), 0)
                  and version <= (select coalesce(max(version), 0) from journal where stream = asked.stream))
            select version, state as bytes, checksum, 1 as part from snapshot
            union all
            select version, state, checksum, 0 from base where not exists (select 1 from snapshot)
            union all
            select version, payload, 0, 2 from journal
            where stream = asked.stream and version > coalesce((select version from snapshot), (select version from base), 0)) as found
        order by asked.stream, found.part, found.version
        """;

    readonly Database database;
    readonly ILogger log;
    readonly GroupCommit<long, LoadedStream> shared;

    public StreamLoads(Database database, ILogger log)
    {
        (this.database, this.log) = (database, log);
        shared = new(Limits.LoadQueueMax, Limits.LoadBatchMax, LoadAll);
    }

    public Task<LoadedStream> Load(long stream, CancellationToken cancel) =>
        database.IsPostgres ? shared.Add(stream, cancel) : Alone(stream, useSnapshot: true, cancel);

    public Task Drain() => shared.Drain();

    public static void RequireNext(JournalRow row, long previous)
    {
        if (row.Version != previous + 1)
            throw new JournalCorruptException(row.Stream, previous + 1, $"Row {row.Stream}/{previous + 1} is missing.");
    }

    async Task<IReadOnlyList<LoadedStream>> LoadAll(IReadOnlyList<long> streams)
    {
        if (streams.Count == 1) return [await Alone(streams[0], useSnapshot: true, CancellationToken.None)];
        var loaded = await database.Read(connection => Together((NpgsqlConnection)connection, streams.Distinct().ToArray()), CancellationToken.None);
        var results = new LoadedStream[streams.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var found = loaded.GetValueOrDefault(streams[i]);
            results[i] = found is { Corrupt: true } ? await Alone(streams[i], useSnapshot: true, CancellationToken.None)
                : found?.Done() ?? new LoadedStream(0, null, []);
        }
        return results;
    }

    static async Task<Dictionary<long, Loading>> Together(NpgsqlConnection connection, long[] streams)
    {
        await using var command = new NpgsqlCommand(Many, connection);
        command.Parameters.Longs(streams);
        var all = new Dictionary<long, Loading>(streams.Length);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        Loading? current = null;
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var stream = reader.GetInt64(4);
            if (current?.Stream != stream) all[stream] = current = new Loading(stream, alone: false);
            current.Add(reader);
        }
        return all;
    }

    // One statement, so that snapshot and tail are of one moment.
    async Task<LoadedStream> Alone(long stream, bool useSnapshot, CancellationToken cancel)
    {
        var loading = await database.Read(async connection =>
        {
            var reading = new Loading(stream, alone: true);
            await using var command = connection.Sql(One).With("stream", stream).With("least", useSnapshot ? 0 : long.MaxValue);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (!reading.Corrupt && await reader.ReadAsync(cancel)) reading.Add(reader);
            return reading;
        }, cancel);
        if (!loading.Corrupt) return loading.Done();
        log.LogWarning("The snapshot of stream {Stream} is corrupt and is ignored", stream);
        return await Alone(stream, useSnapshot: false, cancel);
    }

    sealed class Loading(long stream, bool alone)
    {
        readonly List<JournalRow> tail = [];
        Snapshot? snapshot;
        long head;

        public long Stream => stream;
        public bool Corrupt { get; private set; }

        public void Add(DbDataReader reader)
        {
            if (Corrupt) return;
            var (version, part) = (reader.GetInt64(0), reader.GetInt32(3));
            if (part == 0 && alone)
            {
                snapshot = StreamBases.Open(stream, version, reader.Bytes(1), reader.GetInt64(2));
            }
            else if (part <= 1)
            {
                snapshot = SnapshotFormat.Open(stream, version, reader.Bytes(1), reader.GetInt64(2));
                Corrupt = snapshot is null;
            }
            else
            {
                var row = RowFormat.Open(stream, version, reader.Bytes(1));
                RequireNext(row, head);
                tail.Add(row);
            }
            head = version;
        }

        public LoadedStream Done() => new(head, snapshot, tail);
    }
}
