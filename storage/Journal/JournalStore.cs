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
    readonly QueueGauge gauge = new();
    readonly JournalMeter meter;
    readonly JournalLane[] lanes;
    readonly GroupCommit<long, long> heads;
    readonly GroupCommit<(long Stream, long Version), JournalRow?> rows;
    readonly StreamLoads loads;

    public JournalStore(Database database, int laneCount, Func<IRowSink> sink, ILogger<JournalStore> log)
    {
        this.database = database;
        meter = new(gauge);
        heads = new(Limits.HeadQueueMax, Limits.HeadBatchMax, Heads);
        rows = new(Limits.HeadQueueMax, Limits.HeadBatchMax, Rows);
        loads = new(database, log);
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

    public Task<LoadedStream> Load(long stream, CancellationToken cancel) => loads.Load(stream, cancel);

    public async IAsyncEnumerable<JournalRow> Read(long stream, long fromVersion, long toVersion, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = await database.Stream(connection => connection
            .Sql("select version, payload from journal where stream = @stream and version between @from and @to order by version")
            .With("stream", stream).With("from", fromVersion).With("to", toVersion), cancel);
        var reader = rows.Reader;
        var previous = 0L;
        while (await database.Step(reader.ReadAsync(cancel)))
        {
            if (previous == 0 && reader.GetInt64(0) > fromVersion) await RequireHere(stream, fromVersion, cancel);
            var row = RowFormat.Open(stream, reader.GetInt64(0), reader.Bytes(1));
            if (previous != 0) StreamLoads.RequireNext(row, previous);
            previous = row.Version;
            yield return row;
        }
        if (previous == 0 && fromVersion <= toVersion) await RequireHere(stream, fromVersion, cancel);
    }

    public async Task<JournalRow> Row(long stream, long version, CancellationToken cancel)
    {
        if (await rows.Add((stream, version), cancel) is { } row) return row;
        await RequireHere(stream, version, cancel);
        throw new JournalCorruptException(stream, version, $"Row {stream}/{version} is missing.");
    }

    public Task<StreamBase?> Base(long stream, CancellationToken cancel) =>
        database.Read(connection => StreamBases.Newest(connection, stream, cancel), cancel);

    public Task<long> Head(long stream, CancellationToken cancel) => heads.Add(stream, cancel);

    // Asked only when rows are not where they were looked for.
    async Task RequireHere(long stream, long version, CancellationToken cancel)
    {
        if (await Base(stream, cancel) is { } found && version <= found.Version) throw new JournalArchivedException(stream, found);
    }

    public void Start()
    {
        foreach (var lane in lanes) lane.Start();
    }

    public async Task Drain()
    {
        await Task.WhenAll(lanes.Select(lane => lane.Drain()).Append(heads.Drain()).Append(rows.Drain()).Append(loads.Drain()));
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

    Task<IReadOnlyList<JournalRow?>> Rows(IReadOnlyList<(long Stream, long Version)> wanted) => database.Read<IReadOnlyList<JournalRow?>>(async connection =>
    {
        await using var command = connection is NpgsqlConnection postgres
            ? new NpgsqlCommand("""
                select journal.payload, asked.place from unnest($1, $2) with ordinality as asked(stream, version, place)
                join journal on journal.stream = asked.stream and journal.version = asked.version
                """, postgres)
            : connection.Sql("""
                select journal.payload, asked.key + 1 from json_each(@wanted) as asked
                join journal on journal.stream = asked.value ->> 0 and journal.version = asked.value ->> 1
                """).With("wanted", $"[{string.Join(',', wanted.Select(row => $"[{row.Stream},{row.Version}]"))}]");
        if (command is NpgsqlCommand native) native.Parameters.Longs(wanted.Select(row => row.Stream)).Longs(wanted.Select(row => row.Version));
        var found = new JournalRow?[wanted.Count];
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var place = (int)reader.GetInt64(1) - 1;
            found[place] = RowFormat.Open(wanted[place].Stream, wanted[place].Version, reader.Bytes(0));
        }
        return found;
    }, CancellationToken.None);
}
