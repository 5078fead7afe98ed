// The journal's frames of a subscription stream: usage and seals, with a kind and a format byte each.
namespace OrleansBilling.Billing.Usage;

/// <summary>Kinds of frames. Journaled: never renumber.</summary>
public enum FrameKind : byte
{
    /// <summary>Accepted events with their amounts per leg.</summary>
    Usage = 1,
    /// <summary>The fixing of a period (architecture 6.1).</summary>
    Seal = 2,
    /// <summary>A slice of a wallet received or given back.</summary>
    Purse = 3,
    /// <summary>A hold placed or ended.</summary>
    Hold = 4,
    /// <summary>A package was granted.</summary>
    Grant = 5,
    /// <summary>A fee was paid from a purse.</summary>
    Fee = 6,
    /// <summary>Included units of months that were paid ahead were given together.</summary>
    Pool = 7,
}

/// <summary>
/// A frame: kind, format, length of the rest (4 bytes), rest. Usage, format 1: recorded time, number of legs; then items, each led by a byte:
/// 1 a new cell (number, purse, identity), 2 an event (packed record, then cell number, quantity and amount for each leg), 3 an event of
/// any number of parts: one that grants cover, wholly or in part, one with surcharges, or one that takes a backfill back (packed record, number of
/// parts, then for each: cell number, quantity, amount, grant or 0, and 1 when it is a further part of the same leg), 4 the same of a meter that is not
/// added up, with the readings behind its parts (how many, then for each: cell number, 1 when it is taken back, kind, key, value). A cell is defined before the
/// first event that names it.
/// </summary>
internal struct UsageFrameWriter
{
    public const byte Format = 1;
    public const byte CellItem = 1;
    public const byte EventItem = 2;
    public const byte CoveredItem = 3;
    public const byte ReadingItem = 4;
    private PackedWriter writer;

    public UsageFrameWriter(long recordedMicros, int legs, int capacity)
    {
        writer = new PackedWriter(capacity + 32);
        FrameHead.Begin(ref writer, FrameKind.Usage, Format);
        writer.Int64(recordedMicros);
        writer.Count(legs);
    }

    public int Events { get; private set; }

    public void NewCell(in UsageCell cell)
    {
        writer.Byte(CellItem);
        writer.Count(cell.Number);
        writer.Count(cell.Purse);
        cell.Identity.Write(ref writer);
    }

    public void Event(scoped in UsageRecord record)
    {
        writer.Byte(EventItem);
        writer.Bytes(record.Content);
        Events++;
    }

    /// <summary>An event with what it is charged: one amount for each leg, unless grants or surcharges have part in it.</summary>
    public void Event(scoped in UsageRecord record, ReadOnlySpan<LegAmount> legs)
    {
        var covered = false;
        foreach (ref readonly var leg in legs)
            covered |= leg.Grant != 0 || leg.IsFurther;
        Write(record, legs, covered);
    }

    /// <summary>An event with any number of parts.</summary>
    public void Parts(scoped in UsageRecord record, ReadOnlySpan<LegAmount> legs) => Write(record, legs, covered: true);

    /// <summary>An event of a meter that is not added up, or its correction.</summary>
    public void Readings(scoped in UsageRecord record, ReadOnlySpan<LegAmount> legs, ReadOnlySpan<LegReading> readings)
    {
        Write(record, legs, covered: true, ReadingItem);
        writer.Count(readings.Length);
        foreach (ref readonly var reading in readings)
            reading.Write(ref writer);
    }

    private void Write(scoped in UsageRecord record, ReadOnlySpan<LegAmount> legs, bool covered, byte item = CoveredItem)
    {
        writer.Byte(covered ? item : EventItem);
        writer.Bytes(record.Content);
        if (covered)
            writer.Count(legs.Length);
        foreach (ref readonly var leg in legs)
        {
            Leg(leg.Cell, leg.Quantity, leg.Amount);
            if (!covered)
                continue;
            writer.Count(leg.Grant);
            writer.Byte(leg.IsFurther ? (byte)1 : (byte)0);
        }

        Events++;
    }

    public void Leg(int cell, decimal quantity, decimal amount)
    {
        writer.Count(cell);
        writer.Decimal(quantity);
        writer.Decimal(amount);
    }

    public ReadOnlyMemory<byte> Finish()
    {
        FrameHead.End(ref writer);
        return writer.Written;
    }
}

/// <summary>The six bytes in front of every frame.</summary>
internal static class FrameHead
{
    public const int Size = 6;

    public static void Begin(ref PackedWriter writer, FrameKind kind, byte format)
    {
        writer.Byte((byte)kind);
        writer.Byte(format);
        writer.Raw(stackalloc byte[4]);
    }

    /// <summary>Writes the length; the frame must be the only thing in its writer.</summary>
    public static void End(ref PackedWriter writer) => writer.PatchInt32(2, writer.Length - Size);

    /// <summary>Reads a head and answers the rest of its frame. A kind or format that is not known is refused, or it would be misread.</summary>
    public static ReadOnlySpan<byte> Read(ref PackedReader reader, out FrameKind kind)
    {
        kind = (FrameKind)reader.Byte();
        var format = reader.Byte();
        if ((kind, format) is not ((FrameKind.Usage, UsageFrameWriter.Format)
            or (FrameKind.Seal, SealFrame.Format or SealFrame.FirstFormat or SealFrame.CarryingFormat)
            or (FrameKind.Purse, PurseFrame.Format or PurseFrame.ForcedFormat) or (FrameKind.Hold, HoldFrame.Format)
            or (FrameKind.Grant, Allowances.GrantFrame.Format or Allowances.GrantFrame.RolloverFormat) or (FrameKind.Fee, Fees.FeeFrame.Format)
            or (FrameKind.Pool, Allowances.PoolFrame.Format)))
            throw new PackedFormatException($"frame kind {(byte)kind}, format {format} is not known");
        return reader.Take(reader.Int32());
    }
}
