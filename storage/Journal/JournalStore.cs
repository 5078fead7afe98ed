// The journal: which lane a stream has, and reading rows back with their checksums verified.
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

sealed class JournalStore : IJournal
{
    readonly Database database;
    readonly ILogger log;
    readonly QueueGauge gauge = new();
    readonly JournalMeter meter;
    readonly JournalLane[] lanes;
    readonly GroupCommit<long, long> heads;

    public JournalStore(Database database, int laneCount, Func<IRowSink> sink, ILogger<JournalStore> log)
    {
        this.database = database;
        this.log = log;
        meter = new(gauge);
        heads = new(Limits.HeadQueueMax, Limits.HeadBatchMax, Heads);
        lanes = new JournalLane[laneCount];
        for (var i = 0; i < laneCount; i++) lanes[i] = new JournalLane(sink(), gauge, meter, log);
    }

    public long QueuedBytes => gauge.Bytes;

    public IStreamWriter Open(long stream, long head)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(head);
        return new StreamWriter(lanes[stream % lanes.Length], gauge, stream, head);
    }

    public Task<LoadedStream> Load(long stream, CancellationToken cancel) =>
        database.Read(connection => Load(connection, stream, useSnapshot: true, cancel), cancel);

    public async IAsyncEnumerable<JournalRow> Read(long stream, long fromVersion, long toVersion, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = await database.Stream(connection => connection
            .Sql("select version, payload from journal where stream = @stream and version between @from and @to order by version")
            .With("stream", stream).With("from", fromVersion).With("to", toVersion), cancel);
        var reader = rows.Reader;
        for (var previous = 0L; await database.Step(reader.ReadAsync(cancel));)
        {
            var row = RowFormat.Open(stream, reader.GetInt64(0), reader.Bytes(1));
            if (previous != 0) RequireNext(row, previous);
            previous = row.Version;
            yield return row;
        }
    }

    public Task<long> Head(long stream, CancellationToken cancel) => heads.Add(stream, cancel);

    public void Start()
    {
        foreach (var lane in lanes) lane.Start();
    }

    public async Task Drain()
    {
        await Task.WhenAll(lanes.Select(lane => lane.Drain()).Append(heads.Drain()));
        meter.Dispose();
    }

    Task<IReadOnlyList<long>> Heads(IReadOnlyList<long> streams) => database.Read<IReadOnlyList<long>>(async connection =>
    {
        const string Newest = "(select coalesce(max(version), 0) from journal where stream = asked.value)";
        // The order of rows that were asked for by a list is that of their numbers, which the list's own order may not be.
        await using var command = connection is NpgsqlConnection postgres
            ? new NpgsqlCommand($"select {Newest} from unnest($1) with ordinality as asked(value, place) order by place", postgres)
            : connection.Sql($"select {Newest} from json_each(@streams) as asked order by asked.key").With("streams", $"[{string.Join(',', streams)}]");
        if (command is NpgsqlCommand native) native.Parameters.Longs(streams);
        return await command.List(reader => reader.GetInt64(0), CancellationToken.None);
    }, CancellationToken.None);

    // One statement, so that snapshot and tail are of one moment.
    async Task<LoadedStream> Load(DbConnection connection, long stream, bool useSnapshot, CancellationToken cancel)
    {
        await using var command = connection.Sql("""
            with snapshot as (
                select version, state, checksum from snapshots
                where stream = @stream and version >= @least
                  and version <= (select coalesce(max(version), 0) from journal where stream = @stream))
            select version, state, checksum, 1 as part from snapshot
            union all
            select version, payload, 0, 2 from journal
            where stream = @stream and version > coalesce((select version from snapshot), 0)
            order by part, version
            """).With("stream", stream).With("least", useSnapshot ? 0 : long.MaxValue);
        Snapshot? snapshot = null;
        var (head, corrupt) = (0L, false);
        var tail = new List<JournalRow>();
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (!corrupt && await reader.ReadAsync(cancel))
            {
                var version = reader.GetInt64(0);
                if (reader.GetInt32(3) == 1)
                {
                    snapshot = SnapshotFormat.Open(stream, version, reader.Bytes(1), reader.GetInt64(2));
                    corrupt = snapshot is null;
                }
                else
                {
                    var row = RowFormat.Open(stream, version, reader.Bytes(1));
                    RequireNext(row, head);
                    tail.Add(row);
                }
                head = version;
            }
        }
        if (!corrupt) return new LoadedStream(head, snapshot, tail);
        log.LogWarning("The snapshot of stream {Stream} is corrupt and is ignored", stream);
        return await Load(connection, stream, useSnapshot: false, cancel);
    }

    static void RequireNext(JournalRow row, long previous)
    {
        if (row.Version != previous + 1)
            throw new JournalCorruptException(row.Stream, previous + 1, $"Row {row.Stream}/{previous + 1} is missing.");
    }
}
