// A slice of a wallet received or given back, as the child's stream has it.
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Usage;

/// <summary>
/// Frame kind 3, format 1: recorded time, 1 received (wallet, whether it counts units, number of the slice, amount) or 2 given back (number of the
/// purse, amount). The first slice of a wallet opens its purse, which gets the next number. Format 2: recorded time, 3 taken by force (number of the
/// purse, amount).
/// </summary>
public static class PurseFrame
{
    internal const byte Format = 1;
    internal const byte ForcedFormat = 2;
    private const byte ReceivedItem = 1;
    private const byte ReturnedItem = 2;
    private const byte ForcedItem = 3;

    /// <summary>Receives a slice: the state changes, and the frame must be appended in the same turn.</summary>
    public static ReadOnlyMemory<byte> Receive(SubscriptionState state, string wallet, bool countsUnits, long slice, decimal amount, long nowMicros)
    {
        Received(state, wallet, countsUnits, slice, amount);
        var writer = Begin(state, nowMicros, ReceivedItem);
        writer.String(wallet);
        writer.Byte(countsUnits ? (byte)1 : (byte)0);
        writer.Varint((ulong)slice);
        writer.Decimal(amount);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    /// <summary>Gives back everything that is neither spent nor held; empty when that is nothing.</summary>
    public static ReadOnlyMemory<byte> ReturnRest(SubscriptionState state, Purse purse, long nowMicros)
    {
        var rest = purse.Available;
        if (rest <= 0)
            return default;
        purse.Return(rest);
        var writer = Begin(state, nowMicros, ReturnedItem);
        writer.Count(purse.Number);
        writer.Decimal(rest);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    /// <summary>Takes by force what is spent without cover in the same turn (domain 0.3, rule 33).</summary>
    internal static ReadOnlyMemory<byte> Force(SubscriptionState state, Purse purse, decimal uncovered, long nowMicros)
    {
        purse.Force(uncovered);
        var writer = Begin(state, nowMicros, ForcedItem);
        writer.Count(purse.Number);
        writer.Decimal(uncovered);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    internal static void Apply(SubscriptionState state, ReadOnlySpan<byte> content)
    {
        var reader = new PackedReader(content);
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, reader.Int64());
        try
        {
            switch (reader.Byte())
            {
                case ReceivedItem: Received(state, reader.String(), reader.Byte() != 0, reader.Int63(), reader.Decimal()); break;
                case ReturnedItem: state.PurseAt(reader.Count()).Return(reader.Decimal()); break;
                case ForcedItem: state.PurseAt(reader.Count()).Force(reader.Decimal()); break;
                case var item: throw new PackedFormatException($"purse item {item} is not known");
            }
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new PackedFormatException(fault.Message);
        }

        if (!reader.AtEnd)
            throw new PackedFormatException("something follows a slice");
    }

    private static void Received(SubscriptionState state, string wallet, bool countsUnits, long slice, decimal amount)
    {
        var purse = state.PurseOf(wallet);
        if (purse is null)
            state.Purses.Add(purse = new Purse(wallet, state.Purses.Count + 1, countsUnits));
        purse.Receive(slice, amount);
    }

    private static PackedWriter Begin(SubscriptionState state, long nowMicros, byte item)
    {
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, nowMicros);
        var writer = new PackedWriter(96);
        FrameHead.Begin(ref writer, FrameKind.Purse, item == ForcedItem ? ForcedFormat : Format);
        writer.Int64(state.LastRecordedMicros);
        writer.Byte(item);
        return writer;
    }
}
