// Reads what PackedWriter wrote; anything else is a PackedFormatException, never a wrong value.
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using NodaTime;

namespace OrleansBilling.Billing.Usage;

/// <summary>The bytes are not in the packed form: corruption or a newer format.</summary>
public sealed class PackedFormatException(string message) : Exception(message);

/// <summary>A cursor over packed bytes. The default value is at the end.</summary>
public ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool AtEnd => Position == bytes.Length;

    /// <summary>What lies between two positions.</summary>
    public readonly ReadOnlySpan<byte> Between(int start, int end) => bytes[start..end];

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>Four bytes.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>Eight bytes.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>Eight bytes.</summary>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>LEB128.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next >= 0x80)
                continue;
            if (shift == 63 && next > 1)
                break;
            return next != 0 || shift == 0 ? value : throw new PackedFormatException("a varint is longer than it need be");
        }

        throw new PackedFormatException("a varint has more than 64 bits");
    }

    /// <summary>A number of events or a version: never negative.</summary>
    public long Int63()
    {
        var value = Varint();
        return value <= long.MaxValue ? (long)value : throw new PackedFormatException("a number is too large");
    }

    /// <summary>Eight bytes of µs since 1970 UTC, within the time that can be told.</summary>
    public long MicrosOfInstant()
    {
        var micros = Int64();
        return micros >= Micros.Min && micros <= Micros.Max ? micros : throw new PackedFormatException("an instant is out of range");
    }

    /// <summary>An instant, as <see cref="MicrosOfInstant"/>.</summary>
    public Instant Instant() => Micros.Instant(MicrosOfInstant());

    /// <summary>A length or an index.</summary>
    public int Count()
    {
        var value = Varint();
        return value <= int.MaxValue ? (int)value : throw new PackedFormatException("a count is too large");
    }

    /// <summary>Exact.</summary>
    public decimal Decimal()
    {
        var head = Byte();
        UInt128 wide = 0;
        for (var shift = 0; shift < 98; shift += 7)
        {
            var next = Byte();
            wide |= (UInt128)(next & 0x7F) << shift;
            if (next < 0x80)
                return next != 0 || shift == 0 ? Make(wide, head) : throw new PackedFormatException("a decimal is longer than it need be");
        }

        throw new PackedFormatException("a decimal has more than 96 bits");
    }

    private static decimal Make(UInt128 wide, byte head)
    {
        if (wide >> 96 != 0 || (head & 0x7F) > 28)
            throw new PackedFormatException("a decimal is out of range");
        return unchecked(new decimal((int)(uint)wide, (int)(uint)(wide >> 32), (int)(uint)(wide >> 64), (head & 0x80) != 0, (byte)(head & 0x7F)));
    }

    /// <summary>Length and bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count());

    /// <summary>Length and UTF-8.</summary>
    public string String()
    {
        var bytes = Bytes();
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new PackedFormatException("a text is not UTF-8");
    }

    /// <summary>The next bytes as they are.</summary>
    public ReadOnlySpan<byte> Take(int size)
    {
        if (size < 0 || bytes.Length - Position < size)
            throw new PackedFormatException("the bytes end too early");
        var taken = bytes.Slice(Position, size);
        Position += size;
        return taken;
    }
}
