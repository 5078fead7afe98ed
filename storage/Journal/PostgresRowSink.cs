// Writes a lane's batches to PostgreSQL: one autocommit binary COPY each, on a connection of its own.
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

/// <summary>
/// The COPY is encoded by hand and sent raw: with the driver's importer the cost per value, not PostgreSQL, was the limit. A raw stream commits
/// when it is disposed, so every path that must not commit cancels it or breaks the connection first.
/// </summary>
sealed class PostgresRowSink(NpgsqlDataSource source, TimeSpan flushTimeout, FlushProbe? probe, TimeProvider time) : IRowSink
{
    readonly JournalWitness witness = new();
    NpgsqlConnection? connection;
    FlushStage stage;
    int failedConnects;

    public async Task Write(RowBatch batch, CancellationToken closing)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var timeout = new CancellationTokenSource(flushTimeout, time);
            try
            {
                await Connect(timeout.Token, closing);
                await Copy(batch.Copy, timeout.Token);
                witness.Note(batch);
                await Enter(FlushStage.Committed);
                return;
            }
            catch (PostgresException e) when (stage == FlushStage.Committing && PostgresErrors.IsConflict(e))
            {
                await WriteUnlessLost(batch);
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, this connection is in doubt. A bug of ours goes on to the lane, which tells its waiters "unknown".
                await Disconnect();
                if (!PostgresErrors.IsDatabase(e) && e is not OperationCanceledException) throw;
                // A connection that died while it was idle shows here; nothing was sent, so one fresh one may try.
                if (stage != FlushStage.Beginning || attempt > 1 || !PostgresErrors.IsTransient(e)) throw Explain(e);
                source.Clear();
            }
        }
    }

    public async ValueTask DisposeAsync() => await Disconnect();

    async Task Connect(CancellationToken timeout, CancellationToken closing)
    {
        await Enter(FlushStage.Connecting);
        if (connection is not null) return;
        if (failedConnects > 0) await Task.Delay(ReconnectDelay(), time, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        failedConnects++;
        connection = await source.OpenConnectionAsync(timeout);
        await witness.Look(connection, timeout);
        failedConnects = 0;
    }

    async Task Copy(ReadOnlyMemory<byte> bytes, CancellationToken timeout)
    {
        await Enter(FlushStage.Beginning);
        var stream = await connection!.BeginRawBinaryCopyAsync("copy journal (stream, version, payload) from stdin (format binary)", timeout);
        try
        {
            stream.WriteTimeout = stream.ReadTimeout = (int)flushTimeout.TotalMilliseconds;
            await Enter(FlushStage.Sending);
            for (var at = 0; at < bytes.Length; at += Limits.CopyChunkBytes)
                await stream.WriteAsync(bytes.Slice(at, Math.Min(Limits.CopyChunkBytes, bytes.Length - at)), timeout);
            await stream.FlushAsync(timeout);
            await Enter(FlushStage.Committing);
        }
        catch
        {
            await Abandon(stream);
            throw;
        }
        await stream.DisposeAsync();
    }

    /// <summary>
    /// After a conflict: the same rows in one statement that leaves out versions that exist and says which it wrote. As exact as one transaction
    /// per stream (a batch has one row per writer, so no row here depends on another) at the price of one commit instead of thousands.
    /// </summary>
    async Task WriteUnlessLost(RowBatch batch)
    {
        var (streams, versions, payloads) = Columns(batch);
        await using var command = new NpgsqlCommand("""
            insert into journal (stream, version, payload)
            select * from unnest($1, $2, $3) on conflict do nothing returning stream, version
            """, connection)
        {
            CommandTimeout = Math.Max(1, (int)flushTimeout.TotalSeconds),
        };
        command.Parameters.Longs(streams).Longs(versions).Binaries(payloads);
        var written = new HashSet<(long, long)>();
        try
        {
            foreach (var key in await command.List(reader => (reader.GetInt64(0), reader.GetInt64(1)), CancellationToken.None)) written.Add(key);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            var failure = Explain(e);
            await Disconnect();
            throw failure;
        }
        // Two writers of one version in one batch: the first was written, the second finds the key taken out again.
        foreach (ref var row in batch.Rows) row.Lost = !written.Remove((row.Writer.Stream, row.Writer.Version));
        witness.Note(batch);
        await Enter(FlushStage.Committed);
    }

    static (long[], long[], byte[][]) Columns(RowBatch batch)
    {
        var (streams, versions, payloads) = (new long[batch.Count], new long[batch.Count], new byte[batch.Count][]);
        for (var i = 0; i < batch.Count; i++)
        {
            ref var row = ref batch.Rows[i];
            (streams[i], versions[i], payloads[i]) = (row.Writer.Stream, row.Writer.Version, batch.Payload(row).ToArray());
        }
        return (streams, versions, payloads);
    }

    async ValueTask Enter(FlushStage next)
    {
        stage = next;
        if (probe is not null) await probe(next);
    }

    // Never dispose a raw COPY that was not finished: that would commit the rows sent so far.
    static async Task Abandon(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync();
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e) || e is OperationCanceledException)
        {
            // The connection is gone, and the COPY with it; the reason why we are here is the one to report.
        }
    }

    async Task Disconnect()
    {
        if (connection is null) return;
        var broken = connection;
        connection = null;
        await broken.CloseAsync();
        await broken.DisposeAsync();
    }

    TimeSpan ReconnectDelay()
    {
        var doubled = Limits.ReconnectDelayMin * (1 << Math.Min(failedConnects - 1, 10));
        return doubled < Limits.ReconnectDelayMax ? doubled : Limits.ReconnectDelayMax;
    }

    JournalException Explain(Exception e) => stage >= FlushStage.Committing && !PostgresErrors.IsDefinite(e)
        ? new JournalException(JournalFailure.Unknown, "The connection broke around the commit; the rows may or may not be written: " + e.Message, e)
        : new JournalException(JournalFailure.Unavailable, "Nothing was written: " + e.Message, e);
}
