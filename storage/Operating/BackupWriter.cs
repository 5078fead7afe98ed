// Writes a copy into a file, which has its name only when it is whole.
using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace OrleansBilling.Storage.Operating;

sealed class BackupWriter : ICopyTarget
{
    readonly string path;
    readonly FileStream file;
    byte[] before = new byte[BackupFormat.ChecksumLength];
    bool whole;

    BackupWriter(string path, FileStream file) => (this.path, this.file) = (path, file);

    /// <summary>Refuses to replace a file.</summary>
    public static BackupWriter Create(string path)
    {
        if (File.Exists(path) || Directory.Exists(path))
            throw new StorageException(StorageFailure.Refused, $"'{path}' exists already: a backup does not replace a file. Give it another name.");
        try
        {
            return new BackupWriter(path, new FileStream(Unfinished(path), OfItsOwner()));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageFailure.Refused, $"'{path}' cannot be written: {fault.Message}", fault);
        }
    }

    public async Task Begin(CopyHeader header, CancellationToken cancel)
    {
        await file.WriteAsync(BackupFormat.Magic.ToArray(), cancel);
        await Chunk([BackupFormat.Header, .. JsonSerializer.SerializeToUtf8Bytes(header, BackupFormat.Json)], cancel);
    }

    public Task Rows(int table, int count, ReadOnlyMemory<byte> rows, CancellationToken cancel)
    {
        var chunk = new byte[9 + rows.Length];
        chunk[0] = BackupFormat.Rows;
        BackupFormat.Head(table, count).CopyTo(chunk, 1);
        rows.Span.CopyTo(chunk.AsSpan(9));
        return Chunk(chunk, cancel);
    }

    public async Task End(CopyTrailer trailer, CancellationToken cancel)
    {
        await Chunk([BackupFormat.Trailer, .. JsonSerializer.SerializeToUtf8Bytes(trailer, BackupFormat.Json)], cancel);
        await file.FlushAsync(cancel);
        file.Flush(flushToDisk: true);
        await file.DisposeAsync();
        File.Move(Unfinished(path), path);
        whole = true;
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
            if (!whole) File.Delete(Unfinished(path));
        }
    }

    // Key hashes and names of people are in it: it is its owner's alone.
    static FileStreamOptions OfItsOwner()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    static string Unfinished(string path) => path + ".unfinished";

    async Task Chunk(byte[] unpacked, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(unpacked.Length));
        try
        {
            if (!BrotliEncoder.TryCompress(unpacked, buffer, out var length, BackupFormat.Quality, window: 20))
                throw new InvalidOperationException("A chunk does not fit its own bound.");
            var head = BackupFormat.Head(length, unpacked.Length);
            before = BackupFormat.Checksum(before, head, buffer.AsSpan(0, length));
            await file.WriteAsync(head, cancel);
            await file.WriteAsync(before, cancel);
            await file.WriteAsync(buffer.AsMemory(0, length), cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
