// Snapshots: written in the background, in batches, each only if it is newer than the stored one.
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

static class SnapshotFormat
{
    const byte Format = 0;

    public static long Checksum(long stream, long version, ReadOnlySpan<byte> state) =>
        unchecked((long)RowFormat.Checksum(Format, stream, version, state));

    /// <summary>Null when the checksum does not hold: a cache may be dropped.</summary>
    public static Snapshot? Open(long stream, long version, byte[] state, long checksum) =>
        Checksum(stream, version, state) == checksum ? new Snapshot(version, state) : null;
}

sealed class SnapshotStore : ISnapshots
{
    readonly Database database;
    readonly CrashPoints crash;
    readonly ILogger log;
    readonly Channel<Offered> queue = Channel.CreateUnbounded<Offered>(new() { SingleReader = true });
    readonly Task running;
    long queuedBytes;

    public SnapshotStore(Database database, CrashPoints crash, ILogger<SnapshotStore> log)
    {
        (this.database, this.crash, this.log) = (database, crash, log);
        running = Task.Run(Run);
    }

    public void Offer(long stream, long version, ReadOnlyMemory<byte> state)
    {
        var bytes = state.Length + Limits.AppendOverheadBytes;
        if (Interlocked.Add(ref queuedBytes, bytes) > Limits.SnapshotQueueBytesMax || !queue.Writer.TryWrite(new(stream, version, state, null)))
            Interlocked.Add(ref queuedBytes, -bytes);
    }

    public async Task Flush(CancellationToken cancel)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (queue.Writer.TryWrite(new(0, 0, default, written))) await written.Task.WaitAsync(cancel);
    }

    public async Task Drain()
    {
        queue.Writer.TryComplete();
        await running;
    }

    async Task Run()
    {
        var newest = new Dictionary<long, Offered>();
        while (await queue.Reader.WaitToReadAsync())
        {
            var (bytes, marker) = (0L, default(TaskCompletionSource));
            while (marker is null && newest.Count < Limits.SnapshotBatchMax && bytes < Limits.SnapshotBatchBytesMax && queue.Reader.TryRead(out var offered))
            {
                marker = offered.Flushed;
                if (marker is not null) break;
                bytes += offered.State.Length + Limits.AppendOverheadBytes;
                if (!newest.TryGetValue(offered.Stream, out var known) || known.Version < offered.Version) newest[offered.Stream] = offered;
            }
            if (newest.Count > 0) await Write([.. newest.Values]);
            newest.Clear();
            Interlocked.Add(ref queuedBytes, -bytes);
            marker?.SetResult();
        }
    }

    async Task Write(Offered[] batch)
    {
        try
        {
            await database.Write(async connection =>
            {
                await (connection is NpgsqlConnection postgres ? WriteArrays(postgres, batch) : WriteRows(connection, batch));
                crash.Reach(CrashPoints.SnapshotWritten);
            }, CancellationToken.None);
        }
        catch (Exception e)
        {
            // An edge: a snapshot is a cache, and losing one costs a longer load. The loop must go on.
            log.LogWarning(e, "{Count} snapshots could not be written and are dropped", batch.Length);
        }
    }

    static async Task WriteArrays(NpgsqlConnection connection, Offered[] batch)
    {
        Array.Sort(batch, static (a, b) => a.Stream.CompareTo(b.Stream));
        await using var command = new NpgsqlCommand("""
            insert into snapshots (stream, version, state, checksum) select * from unnest($1, $2, $3, $4)
            on conflict (stream) do update set version = excluded.version, state = excluded.state, checksum = excluded.checksum
            where snapshots.version < excluded.version
            """, connection);
        command.Parameters.Longs(batch.Select(row => row.Stream)).Longs(batch.Select(row => row.Version))
            .Binaries(batch.Select(row => row.State.ToArray())).Longs(batch.Select(row => row.Checksum));
        await command.ExecuteNonQueryAsync();
    }

    static Task WriteRows(DbConnection connection, Offered[] batch)
    {
        using var command = connection.Sql("""
            insert into snapshots (stream, version, state, checksum) values (@stream, @version, @state, @checksum)
            on conflict (stream) do update set version = excluded.version, state = excluded.state, checksum = excluded.checksum
            where snapshots.version < excluded.version
            """).With("stream", 0L).With("version", 0L).With("state", []).With("checksum", 0L);
        foreach (var row in batch)
        {
            command.Set(0, row.Stream);
            command.Set(1, row.Version);
            command.Set(2, row.State.ToArray());
            command.Set(3, row.Checksum);
            command.ExecuteNonQuery();
        }
        return Task.CompletedTask;
    }

    /// <summary>With <paramref name="Flushed"/> it is no snapshot but a marker: everything before it has been written.</summary>
    readonly record struct Offered(long Stream, long Version, ReadOnlyMemory<byte> State, TaskCompletionSource? Flushed)
    {
        public long Checksum => SnapshotFormat.Checksum(Stream, Version, State.Span);
    }
}
