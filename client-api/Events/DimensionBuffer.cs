// The members of an event's data, sorted by name, so that their order never makes a conflict.
using System.Numerics;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Privacy;

namespace OrleansBilling.ClientApi.Events;

internal sealed class DimensionBuffer
{
    private readonly (ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value)[] pairs = new (ReadOnlyMemory<byte>, ReadOnlyMemory<byte>)[Limits.DimensionsMax];
    private readonly List<int> personalAt = [];
    private byte[] marks = [];
    private ulong personal;
    private int count;

    /// <summary>Where values of personal dimensions were written last, as positions in the writer.</summary>
    public IReadOnlyList<int> PersonalAt => personalAt;

    public void Clear()
    {
        count = 0;
        personal = 0;
        personalAt.Clear();
    }

    /// <summary>Replaces the values of these dimensions by marks of one length, to be sealed when the customer is known.</summary>
    public void Mark(byte[][] names)
    {
        if (marks.Length == 0)
            marks = new byte[pairs.Length * PersonalMark.Length];
        for (var index = 0; index < count; index++)
        {
            if (!Contains(names, pairs[index].Name.Span))
                continue;
            var mark = marks.AsMemory(index * PersonalMark.Length, PersonalMark.Length);
            PersonalMark.Write(pairs[index].Value.Span, mark.Span);
            pairs[index].Value = mark;
            personal |= 1UL << index;
        }
    }

    public bool TryAdd(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value)
    {
        if (count == pairs.Length)
            return false;
        pairs[count++] = (name, value);
        return true;
    }

    /// <summary>Sorts; false when a name is there twice. There are few, and they often come sorted.</summary>
    public bool Sort()
    {
        for (var index = 1; index < count; index++)
        {
            var moving = pairs[index];
            var at = index;
            for (; at > 0; at--)
            {
                var order = moving.Name.Span.SequenceCompareTo(pairs[at - 1].Name.Span);
                if (order == 0)
                    return false;
                if (order > 0)
                    break;
                pairs[at] = pairs[at - 1];
            }

            pairs[at] = moving;
        }

        return true;
    }

    public int PackedSize
    {
        get
        {
            var size = Events.PackedSize.OfCount(count);
            for (var index = 0; index < count; index++)
                size += Events.PackedSize.Of(pairs[index].Name) + Events.PackedSize.Of(pairs[index].Value);
            return size;
        }
    }

    public void Write(ref PackedWriter writer)
    {
        writer.Count(count);
        for (var index = 0; index < count; index++)
        {
            writer.Bytes(pairs[index].Name.Span);
            writer.Bytes(pairs[index].Value.Span);
            if ((personal >> index & 1) != 0)
                personalAt.Add(writer.Length - PersonalMark.Length);
        }
    }

    private static bool Contains(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (var one in names)
        {
            if (name.SequenceEqual(one))
                return true;
        }

        return false;
    }
}

/// <summary>How many bytes a value takes in packed form: the length stands in front of a record.</summary>
internal static class PackedSize
{
    public static int OfCount(int count) => count < 0x80 ? 1 : count < 0x4000 ? 2 : count < 0x20_0000 ? 3 : 4;

    public static int Of(ReadOnlyMemory<byte> bytes) => OfCount(bytes.Length) + bytes.Length;

    public static int Of(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var bits = parts[2] != 0 ? 96 - BitOperations.LeadingZeroCount(unchecked((uint)parts[2]))
            : 64 - BitOperations.LeadingZeroCount(unchecked((uint)parts[0] | ((ulong)(uint)parts[1] << 32)));
        return 1 + Math.Max(1, (bits + 6) / 7);
    }
}
