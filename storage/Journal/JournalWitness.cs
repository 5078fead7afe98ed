// The newest row that was acknowledged on a connection: whether the database is still the one that has it.
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

/// <summary>
/// Rows of a lane are committed one batch after the other, so a database that was put back to an older state lacks the newest of them first. Asked for
/// at each new connection, which an exchange of the database cannot do without; nothing is asked on the way of a batch.
/// </summary>
sealed class JournalWitness
{
    (long Stream, long Version)? newest;
    bool gone;

    /// <summary>A batch is durable.</summary>
    public void Note(RowBatch batch)
    {
        foreach (ref readonly var row in batch.Rows)
        {
            if (!row.Lost) newest = (row.Writer.Stream, row.Writer.Version);
        }
    }

    /// <summary>Throws when the row is not there any more, and from then on: what stands in this process's memory is not what the store says.</summary>
    public async Task Look(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (!gone && newest is { } row)
        {
            // A base at or behind it stands for the row: it was there when an archive took it.
            await using var command = connection.Sql("""
                select (select count(*) from journal where stream = @stream and version = @version)
                    + (select count(*) from journal_bases where stream = @stream and version >= @version)
                """).With("stream", row.Stream).With("version", row.Version);
            gone = await command.Number(cancel) == 0;
        }
        if (gone)
        {
            throw new JournalException(JournalFailure.Unavailable, $"The database has gone back to an older state: row {newest?.Stream}/{newest?.Version} was "
                + "acknowledged and is not there any more. Nothing is written until this process, and every other one on this database, is started again.");
        }
    }
}
