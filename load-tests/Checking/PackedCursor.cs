// The checker's own reader of packed bytes: varints, decimals and strings as billing/Usage documents them, shared with nobody.
using System.Buffers.Binary;
using System.Text;

namespace OrleansBilling.LoadTests.Checking;

/// <summary>The journal does not hold what its description promises.</summary>
sealed class JournalFormatException(string message) : Exception(message);

ref struct PackedCursor(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> bytes = bytes;

    public int Position { get; private set; }
    public readonly bool AtEnd => Position >= bytes.Length;

    public byte Byte() => Take(1)[0];
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));
    public int Count() => checked((int)Varint());
    public ReadOnlySpan<byte> Bytes() => Take(Count());
    public string String() => Encoding.UTF8.GetString(Bytes());

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= unchecked((ulong)(next & 0x7F) << shift);
            if ((next & 0x80) == 0)
                return value;
        }

        throw new JournalFormatException("A varint does not end.");
    }

    /// <summary>Sign and scale in one byte, coefficient as a varint of up to 96 bits.</summary>
    public decimal Decimal()
    {
        var head = Byte();
        UInt128 wide = 0;
        for (var shift = 0; shift < 105; shift += 7)
        {
            var next = Byte();
            wide |= (UInt128)(next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return unchecked(new decimal((int)(uint)wide, (int)(uint)(wide >> 32), (int)(uint)(wide >> 64), (head & 0x80) != 0, (byte)(head & 0x7F)));
            }
        }

        throw new JournalFormatException("A decimal does not end.");
    }

    public ReadOnlySpan<byte> Take(int size)
    {
        if (size < 0 || size > bytes.Length - Position)
            throw new JournalFormatException("The bytes end too early.");
        Position += size;
        return bytes.Slice(Position - size, size);
    }
}
