// Writes the lane's batches to SQLite: many rows a statement, one transaction a flush.
using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

sealed class SqliteRowSink(SqliteDatabase database, FlushProbe? probe) : IRowSink
{
    const int ConstraintViolated = 19;

    static readonly string ManyRows = Insert(Limits.SqliteRowsPerStatement);
    static readonly string OneRow = Insert(1);

    public async Task Write(RowBatch batch, CancellationToken closing)
    {
        try
        {
            await Enter(FlushStage.Connecting);
            try
            {
                await database.Write(connection => WriteAll(connection, batch), CancellationToken.None);
            }
            catch (StorageException e) when (e.InnerException is SqliteException { SqliteErrorCode: ConstraintViolated })
            {
                await database.Write(connection => WriteUnlessLost(connection, batch), CancellationToken.None);
            }
            await Enter(FlushStage.Committed);
        }
        catch (StorageException e)
        {
            throw new JournalException(e.Failure == StorageFailure.Unknown ? JournalFailure.Unknown : JournalFailure.Unavailable, e.Message, e);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task WriteAll(DbConnection connection, RowBatch batch)
    {
        await Enter(FlushStage.Sending);
        using var many = Prepare(connection, ManyRows, Limits.SqliteRowsPerStatement);
        using var one = Prepare(connection, OneRow, 1);
        var index = 0;
        for (; batch.Count - index >= Limits.SqliteRowsPerStatement; index += Limits.SqliteRowsPerStatement)
        {
            for (var i = 0; i < Limits.SqliteRowsPerStatement; i++) Bind(many, 3 * i, batch, index + i);
            many.ExecuteNonQuery();
        }
        for (; index < batch.Count; index++)
        {
            Bind(one, 0, batch, index);
            one.ExecuteNonQuery();
        }
        await Enter(FlushStage.Committing);
    }

    static Task WriteUnlessLost(DbConnection connection, RowBatch batch)
    {
        using var one = Prepare(connection, OneRow + " on conflict do nothing", 1);
        for (var index = 0; index < batch.Count; index++)
        {
            Bind(one, 0, batch, index);
            batch.Rows[index].Lost = one.ExecuteNonQuery() == 0;
        }
        return Task.CompletedTask;
    }

    static DbCommand Prepare(DbConnection connection, string sql, int rows)
    {
        var command = connection.Sql(sql);
        for (var i = 0; i < rows; i++) command.With($"s{i}", 0L).With($"v{i}", 0L).With($"p{i}", Array.Empty<byte>());
        command.Prepare();
        return command;
    }

    static void Bind(DbCommand command, int at, RowBatch batch, int index)
    {
        ref var row = ref batch.Rows[index];
        command.Set(at, row.Writer.Stream);
        command.Set(at + 1, row.Writer.Version);
        command.Set(at + 2, batch.Payload(row).ToArray());
    }

    // Only parameter names are put together here, never values.
    static string Insert(int rows)
    {
        var sql = new StringBuilder("insert into journal (stream, version, payload) values ");
        for (var i = 0; i < rows; i++) sql.Append(i == 0 ? "" : ", ").Append($"(@s{i}, @v{i}, @p{i})");
        return sql.ToString();
    }

    ValueTask Enter(FlushStage stage) => probe is null ? ValueTask.CompletedTask : probe(stage);
}
