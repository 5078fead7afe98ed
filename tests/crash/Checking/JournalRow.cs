// One journal row, decoded.
using System.Buffers.Binary;
using System.IO.Hashing;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>What a running total is kept for.</summary>
public sealed record Cell(string Agreement, string Calendar, string Plan, int PlanVersion, string Charge, string Meter, string Period, long PeriodStart, long PeriodEnd);

/// <param name="AmountAt">Where the amount's bytes begin in the payload.</param>
public sealed record LegCharge(int Cell, decimal Quantity, decimal Amount, int AmountAt);

public abstract record JournalItem;

public sealed record CellDefined(int Number, Cell Cell) : JournalItem;

public sealed record UsageStored(string Source, string Id, long TimeMicros, decimal Quantity, string Meter, string Country, IReadOnlyList<LegCharge> Legs) : JournalItem;

public sealed record SealStored(string Calendar, string Period, long PeriodEnd, IReadOnlyList<SealLine> Lines) : JournalItem;

public sealed record SealLine(bool IsUsage, bool Late, string Agreement, string Charge, string Period, decimal Quantity, decimal Amount, long Count, long FromVersion, long ToVersion, string Proof);

/// <summary>Payload: format 1, frames, XXH3-64 over format, stream, version and frames. A frame: kind, format, length, content.</summary>
public sealed record JournalRow(long Stream, long Version, byte[] Payload)
{
    const int ChecksumBytes = 8;

    public ulong Checksum => BinaryPrimitives.ReadUInt64LittleEndian(Payload.AsSpan(Payload.Length - ChecksumBytes));

    public bool IsIntact => Payload.Length > ChecksumBytes && Payload[0] == 1 && Checksum == ChecksumOf(Stream, Version, Payload);

    /// <summary>What the last bytes of a payload have to be.</summary>
    public static ulong ChecksumOf(long stream, long version, byte[] payload)
    {
        var head = new byte[17];
        head[0] = payload[0];
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(1), stream);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(9), version);
        return XxHash3.HashToUInt64([.. head, .. payload.AsSpan(1, payload.Length - 1 - ChecksumBytes)]);
    }

    /// <summary>Everything in it, in order. Throws on a form that it does not know.</summary>
    public IReadOnlyList<JournalItem> Items()
    {
        var items = new List<JournalItem>();
        var frames = new PackedBytes(Payload, 1, Payload.Length - ChecksumBytes);
        while (!frames.AtEnd)
        {
            var (kind, format) = (frames.Byte(), frames.Byte());
            var content = frames.Part(frames.Int32());
            // Slices and holds (3 and 4) are not part of what this checker judges: its subscriptions are invoiced.
            if (format == 1 && kind is 3 or 4) continue;
            if (kind == 1 && format == 1) Usage(content, items);
            else if (kind == 2 && format == 2) items.Add(Seal(content));
            else throw new InvalidDataException($"Row {Stream}/{Version}: frame kind {kind}, format {format}.");
        }
        return items;
    }

    static void Usage(PackedBytes content, List<JournalItem> items)
    {
        content.Int64(); // When it was recorded.
        var legs = content.Count();
        while (!content.AtEnd)
            items.Add(content.Byte() switch
            {
                1 => new CellDefined(content.Count(), ReadCell(content.Count(), content)),
                2 => Event(content, legs),
                // 3, an event that packages pay for: this checker's subscriptions have none.
                var item => throw new InvalidDataException($"A usage frame has item {item}."),
            });
    }

    static UsageStored Event(PackedBytes content, int legs)
    {
        var record = content.Part(content.Count());
        var (source, id, time, quantity, meter) = (record.Text(), record.Text(), record.Int64(), record.Decimal(), record.Text());
        var dimensions = new Dictionary<string, string>();
        for (var left = record.Count(); left > 0; left--) dimensions.Add(record.Text(), record.Text());
        var charges = new LegCharge[legs];
        for (var leg = 0; leg < legs; leg++)
        {
            var (cell, counted, at) = (content.Count(), content.Decimal(), content.At);
            charges[leg] = new LegCharge(cell, counted, content.Decimal(), at);
        }
        return new UsageStored(source, id, time, quantity, meter, dimensions.GetValueOrDefault("country", ""), charges);
    }

    static Cell ReadCell(int purse, PackedBytes content)
    {
        if (purse != 0) throw new InvalidDataException("A cell of an invoiced subscription is paid from a purse.");
        var (agreement, calendar, plan, version) = (content.Text(), content.Text(), content.Text(), content.Count());
        var (charge, meter, period) = (content.Text(), content.Text(), content.Text());
        content.Int64(); // First and last day of the period, as dates.
        content.Int64();
        return new Cell(agreement, calendar, plan, version, charge, meter, period, content.Int64(), content.Int64());
    }

    static decimal AmountOfLine(PackedBytes content)
    {
        var amount = content.Decimal();
        if (content.Decimal() != 0) throw new InvalidDataException("A line of an invoiced subscription says that a wallet has paid.");
        return amount;
    }

    static SealStored Seal(PackedBytes content)
    {
        content.Int64(); // When it was recorded.
        var (calendar, period, end) = (content.Text(), content.Text(), content.Int64());
        var lines = new SealLine[content.Count()];
        for (var line = 0; line < lines.Length; line++)
        {
            var (kind, late, agreement, _, _) = (content.Byte(), content.Byte(), content.Text(), content.Text(), content.Count());
            var (charge, original) = (content.Text(), content.Text());
            content.Int64(); // First and last day, as dates.
            content.Int64();
            lines[line] = new SealLine(kind == 1, late == 1, agreement, charge, original, content.Decimal(), AmountOfLine(content), (long)content.Number(),
                (long)content.Number(), (long)content.Number(), content.Text());
        }
        content.Count(); // By which version of the definition, and from when: these subscriptions have one of each.
        content.Number();
        return content.AtEnd ? new SealStored(calendar, period, end, lines) : throw new InvalidDataException($"Something follows the seal of {period}.");
    }
}
