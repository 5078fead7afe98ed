// The bytes of a journal row: format, frames, checksum; and how they stand in a binary COPY.
using System.Buffers.Binary;
using System.IO.Hashing;

namespace OrleansBilling.Storage.Journal;

/// <summary>
/// Payload = format byte, frames, XXH3-64 (little-endian) over format byte, stream, version (both little-endian) and frames. Stream and version
/// are in the checksum so that a row that was moved to another key is found, not believed.
/// </summary>
static class RowFormat
{
    public const byte Current = 1;
    public const int ChecksumBytes = 8;
    const int HashedHeadBytes = 1 + 8 + 8;

    /// <summary>COPY's own bytes before a payload: column count, then a length before each column.</summary>
    public const int CopyHeadBytes = 2 + 4 + 8 + 4 + 8 + 4;
    public const int CopyFileTailBytes = 2;

    /// <summary>Signature, flags and the length of the header extension.</summary>
    public static ReadOnlySpan<byte> CopyFileHead =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static ReadOnlySpan<byte> CopyFileTail => [0xFF, 0xFF];

    public static int PayloadBytes(int frameBytes) => 1 + frameBytes + ChecksumBytes;
    public static int CopyRowBytes(int frameBytes) => CopyHeadBytes + PayloadBytes(frameBytes);

    /// <summary>
    /// Completes a COPY row whose frames already stand behind room for the head and the format byte. The head's place serves as scratch first,
    /// so that what is hashed is contiguous without copying the frames. Answers the checksum.
    /// </summary>
    public static ulong SealCopyRow(Span<byte> row, long stream, long version)
    {
        var framesAt = CopyHeadBytes + 1;
        var hashed = row[(framesAt - HashedHeadBytes)..^ChecksumBytes];
        WriteHashedHead(hashed, Current, stream, version);
        var checksum = XxHash3.HashToUInt64(hashed);
        BinaryPrimitives.WriteUInt64LittleEndian(row[^ChecksumBytes..], checksum);

        BinaryPrimitives.WriteInt16BigEndian(row, 3);
        BinaryPrimitives.WriteInt32BigEndian(row[2..], 8);
        BinaryPrimitives.WriteInt64BigEndian(row[6..], stream);
        BinaryPrimitives.WriteInt32BigEndian(row[14..], 8);
        BinaryPrimitives.WriteInt64BigEndian(row[18..], version);
        BinaryPrimitives.WriteInt32BigEndian(row[26..], row.Length - CopyHeadBytes);
        row[CopyHeadBytes] = Current;
        return checksum;
    }

    /// <summary>Checks a stored payload and takes its frames out.</summary>
    public static JournalRow Open(long stream, long version, byte[] payload)
    {
        if (payload.Length < 1 + ChecksumBytes)
            throw new JournalCorruptException(stream, version, $"Row {stream}/{version} is cut off: it has {payload.Length} bytes.");
        if (payload[0] != Current)
            throw new JournalCorruptException(stream, version, $"Row {stream}/{version} has an unknown format.");
        var frames = payload.AsMemory(1, payload.Length - 1 - ChecksumBytes);
        var stored = BinaryPrimitives.ReadUInt64LittleEndian(payload.AsSpan(payload.Length - ChecksumBytes));
        if (Checksum(payload[0], stream, version, frames.Span) != stored)
            throw new JournalCorruptException(stream, version, $"Row {stream}/{version} does not have the checksum it was written with.");
        return new JournalRow(stream, version, frames, stored);
    }

    /// <summary>The checksum of rows and snapshots.</summary>
    public static ulong Checksum(byte format, long stream, long version, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[HashedHeadBytes];
        WriteHashedHead(head, format, stream, version);
        var hash = new XxHash3();
        hash.Append(head);
        hash.Append(bytes);
        return hash.GetCurrentHashAsUInt64();
    }

    static void WriteHashedHead(Span<byte> target, byte format, long stream, long version)
    {
        target[0] = format;
        BinaryPrimitives.WriteInt64LittleEndian(target[1..], stream);
        BinaryPrimitives.WriteInt64LittleEndian(target[9..], version);
    }
}
