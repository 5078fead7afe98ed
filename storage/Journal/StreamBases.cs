// Where the rows of a stream begin when older ones were moved to an archive.
using System.Data.Common;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

/// <summary>The state as of a version whose row, like all before it, is in an archive. Not a cache: nothing in the store can make it again.</summary>
/// <param name="Archive">Id of the archive.</param>
/// <param name="Until">Date until which it was made.</param>
/// <param name="ThroughMicros">No event of the archived rows is later, µs by the events' own time.</param>
/// <param name="Damaged">The state is not what was written: only verify is given such a one.</param>
public sealed record StreamBase(long Version, ReadOnlyMemory<byte> State, string Archive, long ThroughMicros, string Until, bool Damaged = false);

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

    /// <summary>The newest base of a stream; null: its rows begin with the first. A damaged one throws.</summary>
    public static Task<StreamBase?> Newest(DbConnection connection, long stream, CancellationToken cancel) => Newest(connection, stream, Read, cancel);

    /// <summary>The same for whoever does not need its state: also a damaged one.</summary>
    public static Task<StreamBase?> NewestOrDamaged(DbConnection connection, long stream, CancellationToken cancel) =>
        Newest(connection, stream, ReadAny, cancel);

    static async Task<StreamBase?> Newest(DbConnection connection, long stream, Func<DbDataReader, StreamBase> read, CancellationToken cancel)
    {
        await using var command = connection
            .Sql(Select + " where stream = @stream order by version desc limit 1").With("stream", stream);
        return await command.First(read, cancel);
    }

    public static StreamBase Read(DbDataReader reader)
    {
        Open(reader.GetInt64(0), reader.GetInt64(1), reader.Bytes(2), reader.GetInt64(3));
        return ReadAny(reader);
    }

    /// <summary>Also one whose checksum does not hold, and then it says so.</summary>
    public static StreamBase ReadAny(DbDataReader reader)
    {
        var (version, state) = (reader.GetInt64(1), reader.Bytes(2));
        return new StreamBase(version, state, reader.GetString(4), reader.GetInt64(5), reader.GetString(6),
            SnapshotFormat.Open(reader.GetInt64(0), version, state, reader.GetInt64(3)) is null);
    }

    /// <summary>Throws when the checksum does not hold: unlike a snapshot it cannot be done without.</summary>
    public static Snapshot Open(long stream, long version, byte[] state, long checksum) => SnapshotFormat.Open(stream, version, state, checksum)
        ?? throw new JournalCorruptException(stream, version, $"The base of stream {stream} at row {version} is damaged; ./store unarchive puts the rows before it back.");
}
