// The proof of a version range: a SHA-256 chain over the checksums of its rows.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansBilling.Billing.Usage;

/// <summary>
/// next = SHA-256(previous ‖ version ‖ checksum), 8 bytes little-endian each. A chain can be kept in a snapshot and continued, so sealing reads
/// no rows; anyone with the rows can prove it again (DECISIONS.md 9).
/// </summary>
public static class RowChain
{
    /// <summary>32 zero bytes.</summary>
    public static byte[] Start => new byte[SHA256.HashSizeInBytes];

    /// <summary>Takes one more row into the chain.</summary>
    public static void Next(Span<byte> chain, long version, ulong checksum)
    {
        Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes + 16];
        chain.CopyTo(input);
        BinaryPrimitives.WriteInt64LittleEndian(input[SHA256.HashSizeInBytes..], version);
        BinaryPrimitives.WriteUInt64LittleEndian(input[(SHA256.HashSizeInBytes + 8)..], checksum);
        SHA256.HashData(input, chain);
    }
}
