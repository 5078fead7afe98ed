// Writes frames of the journal for planted faults: from the description of the format, not with the product's writer.
using System.Buffers.Binary;
using System.Text;

namespace OrleansBilling.Simulation.Tests.Planting;

internal static class FrameBytes
{
    /// <summary>A frame of a kind: recorded time, then members. A long is eight bytes, an int a varint; texts and decimals are packed.</summary>
    public static byte[] Of(byte kind, long recorded, params object[] members)
    {
        List<byte> content = [.. Int64(recorded), .. members.SelectMany(Packed)];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Count);
        return [kind, 1, .. length, .. content];
    }

    private static IEnumerable<byte> Packed(object member) => member switch
    {
        byte one => [one],
        int number => Varint((ulong)number),
        long whole => Int64(whole),
        string text => [.. Varint((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)],
        decimal exact => Decimal(exact),
        _ => throw new ArgumentException($"{member.GetType().Name} has no packed form.", nameof(member)),
    };

    private static IEnumerable<byte> Decimal(decimal value)
    {
        var parts = decimal.GetBits(value);
        return [(byte)((parts[3] >> 16) & 0xFF), .. Varint((uint)parts[0] | ((ulong)(uint)parts[1] << 32))];
    }

    private static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)((value & 0x7F) | 0x80);
        yield return (byte)value;
    }
}
