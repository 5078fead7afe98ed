// Writes the packed forms shared by messages, journal entries and snapshots: varints, exact decimals, UTF-8 strings.
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>An append-only buffer that grows. Little-endian. The default value is not usable.</summary>
public struct PackedWriter(int capacity)
{
    private byte[] buffer = new byte[Math.Max(16, capacity)];
    private int length;

    /// <summary>Bytes written.</summary>
    public readonly int Length => length;

    /// <summary>Bytes that it has room for.</summary>
    public readonly int Capacity => buffer.Length;

    /// <summary>What was written; valid as long as nothing more is written.</summary>
    public readonly ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    /// <summary>Drops everything after a position (a record that was refused half-way).</summary>
    public void Truncate(int to) => length = to;

    /// <summary>Replaces four bytes that were written before.</summary>
    public readonly void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(at, 4), value);

    /// <summary>Bytes that were written before, to be replaced.</summary>
    public readonly Span<byte> Patch(int at, int size) => buffer.AsSpan(at, size);

    /// <summary>Leaves room to be patched; answers its position.</summary>
    public int Reserve(int size)
    {
        Room(size)[..size].Clear();
        length += size;
        return length - size;
    }

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        Room(1)[0] = value;
        length += 1;
    }

    /// <summary>Eight bytes.</summary>
    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
        length += 8;
    }

    /// <summary>Eight bytes.</summary>
    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        length += 8;
    }

    /// <summary>LEB128, 1 to 10 bytes.</summary>
    public void Varint(ulong value)
    {
        var room = Room(10);
        var used = 0;
        while (value >= 0x80)
        {
            room[used++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        room[used++] = (byte)value;
        length += used;
    }

    /// <summary>A length or an index: never negative.</summary>
    public void Count(int value) => Varint(checked((ulong)value));

    /// <summary>Exact, 2 to 16 bytes: sign and scale in one byte, then the 96-bit coefficient as a varint.</summary>
    public void Decimal(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        Byte((byte)(((parts[3] >> 16) & 0xFF) | (parts[3] < 0 ? 0x80 : 0)));
        if (parts[2] == 0)
        {
            Varint(unchecked((uint)parts[0] | ((ulong)(uint)parts[1] << 32)));
            return;
        }

        var wide = unchecked(new UInt128((uint)parts[2], (uint)parts[0] | ((ulong)(uint)parts[1] << 32)));
        while (wide >= 0x80)
        {
            Byte((byte)(((byte)(wide & 0x7F)) | 0x80));
            wide >>= 7;
        }

        Byte((byte)wide);
    }

    /// <summary>Length and bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Count(value.Length);
        Raw(value);
    }

    /// <summary>Length and UTF-8.</summary>
    public void String(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Count(size);
        Encoding.UTF8.GetBytes(value, Room(size));
        length += size;
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        length += value.Length;
    }

    private Span<byte> Room(int size)
    {
        if (buffer.Length - length < size)
            Array.Resize(ref buffer, (int)BitOperations.RoundUpToPowerOf2((uint)(length + size)));
        return buffer.AsSpan(length);
    }
}
