// Where the rows of a stream begin when older ones were moved to an archive.
using System.Data.Common;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

/// <summary>The state as of a version whose row, like all before it, is in an archive. Not a cache: nothing in the store can make it again.</summary>
/// <param name="Archive">Id of the archive.</param>
/// <param name="Until">Date until which it was made.</param>
/// <param name="ThroughMicros">No event of the archived rows is later, µs by the events' own time.</param>
public sealed record StreamBase(long Version, ReadOnlyMemory<byte> State, string Archive, long ThroughMicros, string Until);

/// <summary>Rows that were asked for are in an archive.</summary>
public sealed class JournalArchivedException(long stream, StreamBase @base)
    : Exception($"Rows of stream {stream} up to {@base.Version} are in the archive {@base.Archive} (until {@base.Until}); ./store unarchive puts them back.")
{
    /// <summary>Where the stream begins.</summary>
    public StreamBase Base { get; } = @base;
}

static class StreamBases
{
    public const string Select = "select stream, version, state, checksum, archive, through, "
        + "coalesce((select until from archives where id = archive), '') from journal_bases";

    /// <summary>The newest base of a stream; null: its rows begin with the first.</summary>
    public static async Task<StreamBase?> Newest(DbConnection connection, long stream, CancellationToken cancel)
    {
        await using var command = connection
            .Sql(Select + " where stream = @stream order by version desc limit 1").With("stream", stream);
        return await command.First(Read, cancel);
    }

    public static StreamBase Read(DbDataReader reader)
    {
        var state = Open(reader.GetInt64(0), reader.GetInt64(1), reader.Bytes(2), reader.GetInt64(3));
        return new StreamBase(state.Version, state.State, reader.GetString(4), reader.GetInt64(5), reader.GetString(6));
    }

    /// <summary>Throws when the checksum does not hold: unlike a snapshot it cannot be done without.</summary>
    public static Snapshot Open(long stream, long version, byte[] state, long checksum) => SnapshotFormat.Open(stream, version, state, checksum)
        ?? throw new JournalCorruptException(stream, version, $"The base of stream {stream} at row {version} is damaged; ./store unarchive puts the rows before it back.");
}
