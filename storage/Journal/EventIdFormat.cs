// The bytes of an event id part: fingerprints, then where each one's event lies.
using System.Buffers.Binary;
using System.IO.Hashing;

namespace OrleansBilling.Storage.Journal;

/// <summary>
/// Varint count; fingerprints as uint32 little-endian; per fingerprint a varint (its version minus the part's first); XXH3-64 over all of it.
/// Fingerprints are random, so packing them tighter would cost time and gain little; versions are small as differences.
/// </summary>
static class EventIdFormat
{
    const int ChecksumBytes = 8;

    /// <summary>How many ids a payload of this size holds, within a third: a fingerprint and one to three bytes of version each.</summary>
    public static int IdsAbout(int payloadBytes) => Math.Max(1, (payloadBytes - ChecksumBytes) / (sizeof(uint) + 2));

    public static byte[] Pack(EventIdPart part)
    {
        Require(part);
        var count = part.Fingerprints.Length;
        var buffer = new byte[Varint.BytesMax * (count + 1) + 4 * count + ChecksumBytes];
        var at = Varint.Write(buffer, (ulong)count);
        foreach (var fingerprint in part.Fingerprints)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(at), fingerprint);
            at += 4;
        }
        foreach (var version in part.Versions) at += Varint.Write(buffer.AsSpan(at), (ulong)(version - part.Key.FirstVersion));
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(at), XxHash3.HashToUInt64(buffer.AsSpan(0, at)));
        return buffer[..(at + ChecksumBytes)];
    }

    public static EventIdPart Unpack(EventIdPartKey key, byte[] payload)
    {
        var body = payload.AsSpan(0, Math.Max(0, payload.Length - ChecksumBytes));
        if (payload.Length <= ChecksumBytes || BinaryPrimitives.ReadUInt64LittleEndian(payload.AsSpan(body.Length)) != XxHash3.HashToUInt64(body))
            throw new JournalCorruptException(key.Stream, key.FirstVersion,
                $"The event ids of stream {key.Stream}, day {key.Day} do not have the checksum they were written with.");
        var at = Varint.Read(body, out var count);
        var (fingerprints, versions) = (new uint[count], new long[count]);
        for (var i = 0; i < fingerprints.Length; i++, at += 4) fingerprints[i] = BinaryPrimitives.ReadUInt32LittleEndian(body[at..]);
        for (var i = 0; i < versions.Length; i++)
        {
            at += Varint.Read(body[at..], out var delta);
            versions[i] = key.FirstVersion + (long)delta;
        }
        return new EventIdPart(key, fingerprints, versions);
    }

    static void Require(EventIdPart part)
    {
        if (part.Fingerprints.Length != part.Versions.Length)
            throw new ArgumentException("Fingerprints and versions must have the same length.");
        for (var i = 0; i < part.Versions.Length; i++)
            if (part.Versions[i] < part.Key.FirstVersion || part.Versions[i] > part.Key.LastVersion
                || (i > 0 && part.Fingerprints[i - 1] > part.Fingerprints[i]))
                throw new ArgumentException("Fingerprints must ascend and versions must lie in the range of the part.");
    }
}
