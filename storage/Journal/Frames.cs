// Frames: length-prefixed pieces, so that the frames of several appends can share one journal row and still be told apart.
using System.Buffers;

namespace OrleansBilling.Storage.Journal;

/// <summary>Each frame is its length as a varint (7 bits a byte, least first), then its bytes. No frames at all is an empty row.</summary>
public static class Frames
{
    /// <summary>Appends one frame.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> frame)
    {
        var prefix = output.GetSpan(5);
        var written = Varint.Write(prefix, (ulong)frame.Length);
        output.Advance(written);
        output.Write(frame);
    }

    /// <summary>Takes the next frame off <paramref name="rest"/>; false at the end. Throws when a length runs over the end.</summary>
    public static bool TryRead(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        if (rest.IsEmpty) return false;
        var read = Varint.Read(rest.Span, out var length);
        if (length > (ulong)(rest.Length - read)) throw new InvalidDataException("A frame is longer than its row.");
        frame = rest.Slice(read, (int)length);
        rest = rest[(read + (int)length)..];
        return true;
    }
}

/// <summary>Unsigned integers, 7 bits a byte, least first.</summary>
static class Varint
{
    public const int BytesMax = 10;

    public static int Write(Span<byte> target, ulong value)
    {
        var count = 0;
        for (; value >= 0x80; value >>= 7) target[count++] = (byte)(value & 0x7F | 0x80);
        target[count++] = (byte)value;
        return count;
    }

    public static int Read(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (var i = 0; i < source.Length && i < BytesMax; i++)
        {
            value |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] < 0x80) return i + 1;
        }
        throw new InvalidDataException("A number runs over the end of its bytes.");
    }
}
