// An archive: rows of the journal in a file of its own, in chunks like those of a backup.
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Operating;

/// <summary>The description at the beginning of an archive. Until: the date that was asked for; Taken: UTC, ISO 8601.</summary>
public sealed record ArchiveHeader(string Id, string Until, string Taken);

/// <summary>Its end.</summary>
public sealed record ArchiveTrailer(long Rows, long Streams);

/// <summary>A row as it stood in the journal, bytes and checksum.</summary>
public sealed record ArchivedRow(long Stream, long Version, byte[] Payload)
{
    /// <summary>Its frames. Throws when its checksum does not hold.</summary>
    public JournalRow Open() => RowFormat.Open(Stream, Version, Payload);
}

/// <summary>Writes an archive; it has its name only when it is whole and on the disk. Rows come by stream and version.</summary>
sealed class ArchiveWriter(string path, ArchiveHeader header) : IAsyncDisposable
{
    const int ChunkBytes = 1 << 20;
    readonly FileStream file = Create(path);
    readonly MemoryStream chunk = new();
    byte[] before = new byte[BackupFormat.ChecksumLength];
    long rows, streams, last = -1;

    public static ReadOnlySpan<byte> Magic => "OBILLAR\u0001"u8;

    public long Rows => rows;

    public async Task Add(ArchivedRow row, CancellationToken cancel)
    {
        if (rows == 0)
        {
            await file.WriteAsync(Magic.ToArray(), cancel);
            await Chunk([BackupFormat.Header, .. JsonSerializer.SerializeToUtf8Bytes(header, BackupFormat.Json)], cancel);
        }
        if (chunk.Length == 0) chunk.WriteByte(BackupFormat.Rows);
        var head = new byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(head, row.Stream);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), row.Version);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), row.Payload.Length);
        chunk.Write(head);
        chunk.Write(row.Payload);
        (rows, streams, last) = (rows + 1, streams + (row.Stream == last ? 0 : 1), row.Stream);
        if (chunk.Length >= ChunkBytes) await Flush(cancel);
    }

    public async Task End(CancellationToken cancel)
    {
        await Flush(cancel);
        await Chunk([BackupFormat.Trailer, .. JsonSerializer.SerializeToUtf8Bytes(new ArchiveTrailer(rows, streams), BackupFormat.Json)], cancel);
        await file.FlushAsync(cancel);
        file.Flush(flushToDisk: true);
        await file.DisposeAsync();
        File.Move(path + ".unfinished", path);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await file.DisposeAsync();
        }
        finally
        {
            // What is buffered cannot be written when the disk is full.
            File.Delete(path + ".unfinished");
        }
    }

    static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path + ".unfinished", options);
    }

    async Task Flush(CancellationToken cancel)
    {
        if (chunk.Length > 0) await Chunk(chunk.ToArray(), cancel);
        chunk.SetLength(0);
    }

    async Task Chunk(byte[] unpacked, CancellationToken cancel)
    {
        var stored = new byte[BrotliEncoder.GetMaxCompressedLength(unpacked.Length)];
        if (!BrotliEncoder.TryCompress(unpacked, stored, out var length, BackupFormat.Quality, window: 20))
            throw new InvalidOperationException("A chunk does not fit its own bound.");
        var head = BackupFormat.Head(length, unpacked.Length);
        before = BackupFormat.Checksum(before, head, stored.AsSpan(0, length));
        await file.WriteAsync(head, cancel);
        await file.WriteAsync(before, cancel);
        await file.WriteAsync(stored.AsMemory(0, length), cancel);
    }
}

/// <summary>An archive that was read to its end before anything of it is believed: every checksum of chunks and rows, every count.</summary>
public sealed class ArchiveFile
{
    readonly string path;
    readonly SortedDictionary<long, (long Offset, long First, long Last)> streams = [];

    ArchiveFile(string path) => this.path = path;

    /// <summary>What it says of itself.</summary>
    public ArchiveHeader Header { get; private set; } = null!;
    /// <summary>Its rows.</summary>
    public long Rows { get; private set; }
    /// <summary>Its length.</summary>
    public long Bytes { get; private set; }
    /// <summary>The checksum over all of it, hexadecimal.</summary>
    public string Hash { get; private set; } = "";
    /// <summary>Streams with their first and last version, by number.</summary>
    public IEnumerable<(long Stream, long First, long Last)> Streams => streams.Select(one => (one.Key, one.Value.First, one.Value.Last));

    /// <summary>The first and last version of a stream; null: it has none of it.</summary>
    public (long First, long Last)? Of(long stream) => streams.TryGetValue(stream, out var found) ? (found.First, found.Last) : null;

    /// <summary>Reads it to its end. Throws <see cref="StorageException"/> when it is damaged.</summary>
    public static async Task<ArchiveFile> Open(string path, CancellationToken cancel)
    {
        var archive = new ArchiveFile(path);
        try
        {
            await archive.Check(cancel);
            return archive;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or JournalCorruptException or JsonException
            or ArgumentException)
        {
            throw new StorageException(StorageFailure.Refused, $"'{path}' is no whole archive: {fault.Message} Nothing of it is used.", fault);
        }
    }

    /// <summary>The rows of a stream, in order.</summary>
    public async IAsyncEnumerable<ArchivedRow> RowsOf(long stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!streams.TryGetValue(stream, out var found)) yield break;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        for (file.Position = found.Offset; ;)
        {
            var (chunk, _) = await Next(file, null, cancel);
            if (chunk[0] != BackupFormat.Rows) yield break;
            foreach (var row in Split(chunk))
            {
                if (row.Stream > stream) yield break;
                if (row.Stream == stream) yield return row;
            }
        }
    }

    async Task Check(CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var magic = new byte[8];
        await file.ReadExactlyAsync(magic, cancel);
        if (!magic.AsSpan().SequenceEqual(ArchiveWriter.Magic)) throw new InvalidDataException("It does not begin like one.");
        var (chunk, before) = await Next(file, new byte[BackupFormat.ChecksumLength], cancel);
        Header = chunk[0] == BackupFormat.Header ? JsonSerializer.Deserialize<ArchiveHeader>(chunk.AsSpan(1), BackupFormat.Json)!
            : throw new InvalidDataException("It lacks its description.");
        for (; ; )
        {
            var offset = file.Position;
            (chunk, before) = await Next(file, before, cancel);
            if (chunk[0] == BackupFormat.Trailer) break;
            if (chunk[0] != BackupFormat.Rows) throw new InvalidDataException("It has a part of an unknown kind.");
            foreach (var row in Split(chunk)) Index(row, offset);
        }
        var trailer = JsonSerializer.Deserialize<ArchiveTrailer>(chunk.AsSpan(1), BackupFormat.Json);
        if (trailer != new ArchiveTrailer(Rows, streams.Count) || file.Position != file.Length)
            throw new InvalidDataException("Its end does not say what is in it.");
        (Bytes, Hash) = (file.Length, Convert.ToHexStringLower(before));
    }

    void Index(ArchivedRow row, long offset)
    {
        row.Open();
        Rows++;
        if (!streams.TryGetValue(row.Stream, out var known)) streams[row.Stream] = (offset, row.Version, row.Version);
        else if (row.Version == known.Last + 1) streams[row.Stream] = known with { Last = row.Version };
        else throw new InvalidDataException($"Row {row.Stream}/{known.Last + 1} is missing in it.");
    }

    static IEnumerable<ArchivedRow> Split(byte[] chunk)
    {
        for (var at = 1; at < chunk.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(at + 16));
            yield return new ArchivedRow(BinaryPrimitives.ReadInt64LittleEndian(chunk.AsSpan(at)), BinaryPrimitives.ReadInt64LittleEndian(chunk.AsSpan(at + 8)),
                chunk.AsSpan(at + 20, length).ToArray());
            at += 20 + length;
        }
    }

    // Without a checksum before it, a chunk of a file that was checked: its rows have their own.
    static async Task<(byte[] Chunk, byte[] Checksum)> Next(FileStream file, byte[]? before, CancellationToken cancel)
    {
        var head = await Read(file, BackupFormat.HeadLength, cancel);
        var (stored, unpacked) = (BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)));
        if (stored < 0 || unpacked is < 1 or > Limits.BackupChunkBytesMax) throw new InvalidDataException("A part has an impossible length.");
        var checksum = await Read(file, BackupFormat.ChecksumLength, cancel);
        var bytes = await Read(file, stored, cancel);
        if (before is not null && !BackupFormat.Checksum(before, head, bytes).AsSpan().SequenceEqual(checksum))
            throw new InvalidDataException("A part does not have its checksum.");
        return (BackupFormat.Unpack(bytes, unpacked), checksum);
    }

    static async Task<byte[]> Read(FileStream file, int length, CancellationToken cancel)
    {
        if (length > file.Length - file.Position) throw new InvalidDataException("It is cut off.");
        var bytes = new byte[length];
        await file.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}
