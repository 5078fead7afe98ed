// Reads a backup file from its beginning to its end, and believes nothing whose checksum does not hold.
using System.Buffers.Binary;
using System.Text.Json;
using OrleansBilling.Billing;

namespace OrleansBilling.Storage.Operating;

sealed class BackupReader : ICopySource
{
    readonly string path;
    readonly FileStream file;
    byte[] before = new byte[BackupFormat.ChecksumLength];
    int chunks;

    BackupReader(string path, FileStream file) => (this.path, this.file) = (path, file);

    public static BackupReader Open(string path)
    {
        try
        {
            return new BackupReader(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageFailure.Refused, $"'{path}' cannot be read: {fault.Message}", fault);
        }
    }

    public async Task<CopyResult> CopyTo(ICopyTarget target, Action<CopyStep> progress, CancellationToken cancel)
    {
        var header = await Header(cancel);
        await target.Begin(header, cancel);
        var (rows, bytes) = (new long[header.Tables.Count], 0L);
        for (; ; )
        {
            var chunk = await Next(cancel);
            if (chunk[0] == BackupFormat.Trailer) return new CopyResult(header, await End(chunk, rows, target, cancel), bytes);
            var table = chunk[0] == BackupFormat.Rows && chunk.Length >= 9 ? BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(1)) : -1;
            if (table < 0 || table >= rows.Length) throw Damaged($"its part {chunks} is of an unknown kind");
            var count = BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(5));
            await target.Rows(table, count, chunk.AsMemory(9), cancel);
            (rows[table], bytes) = (rows[table] + count, bytes + chunk.Length - 9);
            progress(new CopyStep(header.Tables[table].Name, rows[table], bytes, (int)(file.Position * 1000 / file.Length)));
        }
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    async Task<CopyHeader> Header(CancellationToken cancel)
    {
        var magic = new byte[BackupFormat.Magic.Length];
        await file.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancel);
        if (!magic.AsSpan(0, 7).SequenceEqual(BackupFormat.Magic[..7])) throw Refused("is no backup of OrleansBilling");
        if (magic[7] != BackupFormat.Magic[7]) throw Refused("was written by a newer version, in a format that this one does not know");
        var chunk = await Next(cancel);
        var header = chunk[0] == BackupFormat.Header ? JsonSerializer.Deserialize<CopyHeader>(chunk.AsSpan(1), BackupFormat.Json) : null;
        if (header is null) throw Damaged("it does not begin with its description");
        return header.Migration <= StoreSchema.Newest ? header : throw Refused("was taken by a newer version, which may keep what this one does not know. Use that one");
    }

    async Task<CopyTrailer> End(byte[] chunk, long[] rows, ICopyTarget target, CancellationToken cancel)
    {
        var trailer = JsonSerializer.Deserialize<CopyTrailer>(chunk.AsSpan(1), BackupFormat.Json);
        if (trailer is null || !trailer.Rows.SequenceEqual(rows)) throw Damaged("its numbers of rows are not those that it says at its end");
        if (file.Position != file.Length) throw Damaged("something stands behind its end");
        await target.End(trailer, cancel);
        return trailer;
    }

    async Task<byte[]> Next(CancellationToken cancel)
    {
        var head = await Read(BackupFormat.HeadLength, cancel);
        var (stored, unpacked) = (BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)));
        if (stored < 0 || unpacked is < 1 or > Limits.BackupChunkBytesMax) throw Damaged($"part {chunks + 1} has an impossible length");
        var checksum = await Read(BackupFormat.ChecksumLength, cancel);
        var bytes = await Read(stored, cancel);
        before = BackupFormat.Checksum(before, head, bytes);
        chunks++;
        if (!before.AsSpan().SequenceEqual(checksum)) throw Damaged($"part {chunks} does not have its checksum");
        try
        {
            return BackupFormat.Unpack(bytes, unpacked);
        }
        catch (InvalidDataException)
        {
            throw Damaged($"part {chunks} cannot be unpacked");
        }
    }

    async Task<byte[]> Read(int length, CancellationToken cancel)
    {
        // Asked before the memory is taken: a length may be wrong.
        if (length > file.Length - file.Position) throw Damaged($"it is cut off in its part {chunks + 1}");
        var bytes = new byte[length];
        await file.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }

    StorageException Damaged(string how) => Refused($"is damaged: {how}. Nothing of it is used; take another backup");
    StorageException Refused(string why) => new(StorageFailure.Refused, $"'{path}' {why}.");
}
