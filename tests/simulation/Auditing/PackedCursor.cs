// Reads the packed form of journal rows. Written from the description of the format, not from the product's reader.
using System.Buffers.Binary;
using System.Text;

namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>A cursor over part of an array; positions are those of the whole array, so that a fault can be planted where a value was read.</summary>
public sealed class PackedCursor(byte[] bytes, int start, int end)
{
    public int At { get; private set; } = start;

    public bool AtEnd => At == end;

    public byte Byte() => Take(1)[0];

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>Seven bits a byte, least first.</summary>
    public UInt128 Number()
    {
        UInt128 value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            value |= (UInt128)(uint)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    public int Count() => (int)Number();

    /// <summary>Sign and scale in one byte, then the coefficient.</summary>
    public decimal Decimal()
    {
        var head = Byte();
        var parts = decimal.GetBits((decimal)Number());
        return new decimal(parts[0], parts[1], parts[2], (head & 0x80) != 0, (byte)(head & 0x7F));
    }

    public string Text() => Encoding.UTF8.GetString(Take(Count()));

    /// <summary>An instant that may be left out.</summary>
    public long? MaybeInt64() => Byte() == 0 ? null : Int64();

    /// <summary>A cursor over the next bytes.</summary>
    public PackedCursor Part(int length)
    {
        var from = At;
        Take(length);
        return new PackedCursor(bytes, from, from + length);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > end - At)
            throw new InvalidDataException($"{length} bytes are wanted at {At}, but the part ends at {end}.");
        At += length;
        return bytes.AsSpan(At - length, length);
    }
}
