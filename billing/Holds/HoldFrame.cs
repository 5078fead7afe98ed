// Holds in their packed form: placed, and ended in one of four ways.
namespace OrleansBilling.Billing.Usage;

/// <summary>
/// Frame kind 4, format 1: recorded time, then 1 placed (id, body hash, record, expiry, amount, parts) or 2 ended (id, state, units and amount
/// captured, forced parts; a part: purse, amount, grant). The event that a capture counts follows in a usage frame of the same append.
/// </summary>
public static class HoldFrame
{
    internal const byte Format = 1;
    private const byte PlacedItem = 1;
    private const byte EndedItem = 2;

    internal static ReadOnlyMemory<byte> Placed(Hold hold)
    {
        var writer = Begin(hold.PlacedMicros, PlacedItem);
        WriteRequest(ref writer, hold);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    internal static ReadOnlyMemory<byte> Ended(Hold hold, IReadOnlyList<HoldPart> forced)
    {
        var writer = Begin(hold.EndedMicros, EndedItem);
        writer.String(hold.Id);
        WriteEnd(ref writer, hold);
        WriteParts(ref writer, forced);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    /// <summary>Places or ends a hold in the state: what it keeps moves in the purses, what was forced is taken.</summary>
    internal static void Apply(SubscriptionState state, ReadOnlySpan<byte> content)
    {
        var reader = new PackedReader(content);
        var recorded = reader.Int64();
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, recorded);
        try
        {
            switch (reader.Byte())
            {
                case PlacedItem: Place(state, ReadRequest(ref reader, recorded)); break;
                case EndedItem:
                    var id = reader.String();
                    var hold = state.Holds.Find(id) ?? throw new PackedFormatException($"hold \"{id}\" was never placed");
                    var (how, quantity, amount) = ReadEnd(ref reader);
                    End(state, hold, how, recorded, quantity, amount, ReadParts(ref reader));
                    break;
                case var item: throw new PackedFormatException($"hold item {item} is not known");
            }
        }
        catch (Exception fault) when (fault is InvalidOperationException or OverflowException)
        {
            throw new PackedFormatException(fault.Message);
        }

        if (!reader.AtEnd)
            throw new PackedFormatException("something follows a hold");
    }

    internal static void Place(SubscriptionState state, Hold hold)
    {
        state.Holds.Add(hold);
        foreach (var part in hold.Parts)
            Move(state, part, 1);
    }

    internal static void End(SubscriptionState state, Hold hold, HoldState how, long recordedMicros, decimal quantity, decimal amount,
        IReadOnlyList<HoldPart> forced)
    {
        if (hold.State == HoldState.Held)
        {
            foreach (var part in hold.Parts)
                Move(state, part, -1);
        }

        foreach (var part in forced)
            state.PurseAt(part.Purse).Force(part.Amount);
        state.Holds.End(hold, how, recordedMicros);
        (hold.CapturedQuantity, hold.CapturedAmount) = (quantity, amount);
    }

    private static void Move(SubscriptionState state, HoldPart part, int sign)
    {
        if (part.Grant != 0)
            state.Grants.At(part.Grant).Hold(sign * part.Amount);
        else if (sign > 0)
            state.PurseAt(part.Purse).Hold(part.Amount);
        else
            state.PurseAt(part.Purse).Release(part.Amount);
    }

    internal static void WriteAll(ref PackedWriter writer, HoldBook holds)
    {
        writer.Count(holds.All.Count);
        foreach (var hold in holds.All.OrderBy(hold => hold.PlacedMicros).ThenBy(hold => hold.Id, StringComparer.Ordinal))
        {
            writer.Int64(hold.PlacedMicros);
            WriteRequest(ref writer, hold);
            writer.Int64(hold.EndedMicros);
            WriteEnd(ref writer, hold);
        }
    }

    internal static void ReadAll(ref PackedReader reader, HoldBook holds)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var hold = ReadRequest(ref reader, reader.Int64());
            var ended = reader.Int64();
            var (how, quantity, amount) = ReadEnd(ref reader);
            (hold.State, hold.EndedMicros, hold.CapturedQuantity, hold.CapturedAmount) = (how, ended, quantity, amount);
            holds.Add(hold);
        }
    }

    private static PackedWriter Begin(long recordedMicros, byte item)
    {
        var writer = new PackedWriter(192);
        FrameHead.Begin(ref writer, FrameKind.Hold, Format);
        writer.Int64(recordedMicros);
        writer.Byte(item);
        return writer;
    }

    private static void WriteRequest(ref PackedWriter writer, Hold hold)
    {
        writer.String(hold.Id);
        writer.UInt64(hold.BodyHash);
        writer.Bytes(hold.Record);
        writer.Int64(hold.ExpiresMicros);
        writer.Decimal(hold.Amount);
        WriteParts(ref writer, hold.Parts);
    }

    private static Hold ReadRequest(ref PackedReader reader, long placed)
    {
        var (id, body) = (reader.String(), unchecked((uint)reader.UInt64()));
        var record = reader.Bytes().ToArray();
        UsageRecord.Of(record);
        return new Hold
        {
            Id = id,
            BodyHash = body,
            Record = record,
            PlacedMicros = placed,
            ExpiresMicros = reader.Int64(),
            Amount = reader.Decimal(),
            Parts = ReadParts(ref reader),
        };
    }

    private static void WriteEnd(ref PackedWriter writer, Hold hold)
    {
        writer.Byte((byte)hold.State);
        writer.Decimal(hold.CapturedQuantity);
        writer.Decimal(hold.CapturedAmount);
    }

    private static (HoldState, decimal, decimal) ReadEnd(ref PackedReader reader)
    {
        var state = (HoldState)reader.Byte();
        return Enum.IsDefined(state) ? (state, reader.Decimal(), reader.Decimal()) : throw new PackedFormatException($"hold state {(byte)state} is not known");
    }

    private static void WriteParts(ref PackedWriter writer, IReadOnlyList<HoldPart> parts)
    {
        writer.Count(parts.Count);
        foreach (var part in parts)
        {
            writer.Count(part.Purse);
            writer.Decimal(part.Amount);
            writer.Count(part.Grant);
        }
    }

    private static HoldPart[] ReadParts(ref PackedReader reader)
    {
        var count = reader.Count();
        if (count > Subscriptions.SubscriptionRules.LegsMax + Limits.GrantsMax)
            throw new PackedFormatException("a hold has too many parts");
        var parts = new HoldPart[count];
        for (var index = 0; index < count; index++)
            parts[index] = new HoldPart(reader.Count(), reader.Decimal(), reader.Count());
        return parts;
    }
}
