// Takes a journal row apart: checksum, frames, cells and events. Written from the description of the format, with no code of the product.
using System.Buffers.Binary;
using System.IO.Hashing;

namespace OrleansBilling.LoadTests.Checking;

/// <summary>An event as journaled. Places are offsets in the payload, for whoever plants a fault.</summary>
ref struct JournaledEvent
{
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> Id;
    public long TimeMicros;
    public decimal Quantity;
    public ReadOnlySpan<byte> Meter;
    public ReadOnlySpan<byte> Country;
    public int AmountPlace;
}

/// <summary>Is told what a row holds, in order.</summary>
interface IJournalRowVisitor
{
    /// <summary>A running total gets its number. Of a surcharge: what is added to another one's price.</summary>
    void Cell(int number, string agreement, bool surcharge, int purse);
    /// <summary>A slice of a wallet was received; the first one of a wallet opens the next purse, from 1.</summary>
    void Received(string wallet, decimal amount);
    /// <summary>A part of a purse was given back.</summary>
    void Returned(int purse, decimal amount);
    void Event(in JournaledEvent one);
    /// <summary>The amount of the last event on one of its legs, or of a part: of units that a grant pays for (0: none), of the leg told before.</summary>
    void Amount(int cell, decimal quantity, decimal amount, int grant, bool further);
    /// <summary>A package was granted; its price (0: free) is counted in a running total, which it may open.</summary>
    void Granted(int number, decimal quantity, decimal price, int cell, string agreement, int purse);
    /// <summary>A purse paid a fee; below zero, it got one back.</summary>
    void Paid(int purse, decimal fee);
}

static class JournalRow
{
    const byte RowFormat = 1;
    const byte UsageKind = 1;
    const byte SealKind = 2;
    const byte PurseKind = 3;
    const byte GrantKind = 5;
    const byte FeeKind = 6;
    const byte PoolKind = 7;
    /// <summary>The newest kind that is known here. Seals, holds and pools pass by: none is made under the load that is compared.</summary>
    internal const byte LastKind = PoolKind;
    const byte UpTo = 2;
    const byte ReceivedItem = 1;
    const byte FrameFormat = 1;
    const byte SealFormat = 2;
    const byte CellItem = 1;
    const byte EventItem = 2;
    const byte CoveredItem = 3;
    const string SurchargePrefix = "surcharge/";
    const int ChecksumBytes = 8;

    public static void Visit(long stream, long version, ReadOnlySpan<byte> payload, IJournalRowVisitor visitor)
    {
        if (payload.Length < 1 + ChecksumBytes || payload[0] != RowFormat)
            throw new JournalFormatException("The row has an unknown format.");
        if (BinaryPrimitives.ReadUInt64LittleEndian(payload[^ChecksumBytes..]) != Checksum(stream, version, payload))
            throw new JournalFormatException("The row does not have the checksum it was written with.");
        var frames = new PackedCursor(payload[..^ChecksumBytes]);
        frames.Byte();
        while (!frames.AtEnd)
        {
            var (kind, format) = (frames.Byte(), frames.Byte());
            var content = frames.Take(frames.Int32());
            if (format != (kind == SealKind ? SealFormat : FrameFormat) || kind is < UsageKind or > LastKind)
                throw new JournalFormatException($"Frame kind {kind}, format {format} is not known.");
            if (kind == UsageKind)
                VisitUsage(content, frames.Position - content.Length, visitor);
            else if (kind == PurseKind)
                VisitPurse(content, visitor);
            else if (kind == GrantKind)
                VisitGrant(content, visitor);
            else if (kind == FeeKind)
                VisitFee(content, visitor);
        }
    }

    /// <summary>Writes the checksum that belongs to a payload: only for planting faults.</summary>
    public static void Reseal(long stream, long version, Span<byte> payload) =>
        BinaryPrimitives.WriteUInt64LittleEndian(payload[^ChecksumBytes..], Checksum(stream, version, payload));

    static ulong Checksum(long stream, long version, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[17];
        head[0] = payload[0];
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], stream);
        BinaryPrimitives.WriteInt64LittleEndian(head[9..], version);
        var hash = new XxHash3();
        hash.Append(head);
        hash.Append(payload[1..^ChecksumBytes]);
        return hash.GetCurrentHashAsUInt64();
    }

    static void VisitUsage(ReadOnlySpan<byte> content, int place, IJournalRowVisitor visitor)
    {
        var items = new PackedCursor(content);
        items.Int64(); // recorded
        var legs = items.Count();
        while (!items.AtEnd)
        {
            switch (items.Byte())
            {
                case CellItem:
                    var number = items.Count();
                    var purse = items.Count();
                    var (agreement, charge) = ReadCellIdentity(ref items);
                    visitor.Cell(number, agreement, charge.StartsWith(SurchargePrefix, StringComparison.Ordinal), purse);
                    break;
                case EventItem:
                    var one = ReadEvent(items.Bytes());
                    VisitLegs(ref items, ref one, legs, place, visitor, covered: false);
                    break;
                case CoveredItem:
                    var split = ReadEvent(items.Bytes());
                    VisitLegs(ref items, ref split, items.Count(), place, visitor, covered: true);
                    break;
                default:
                    throw new JournalFormatException("A usage frame holds an unknown item.");
            }
        }
    }

    static void VisitPurse(ReadOnlySpan<byte> content, IJournalRowVisitor visitor)
    {
        var fields = new PackedCursor(content);
        fields.Int64(); // recorded
        if (fields.Byte() == ReceivedItem)
        {
            var wallet = fields.String();
            fields.Byte(); // money
            fields.Varint(); // number
            visitor.Received(wallet, fields.Decimal());
        }
        else
        {
            visitor.Returned(fields.Count(), fields.Decimal());
        }
    }

    // Recorded, number, id, agreement, meter, quantity, price, start, end, priority, policy, limit, first instant; then whether a total has its price.
    static void VisitGrant(ReadOnlySpan<byte> content, IJournalRowVisitor visitor)
    {
        var fields = new PackedCursor(content);
        fields.Int64();
        var number = fields.Count();
        fields.Bytes();
        fields.Bytes();
        fields.Bytes();
        var (quantity, price) = (fields.Decimal(), fields.Decimal());
        fields.Take(3 * 8);
        if (fields.Byte() == UpTo)
            fields.Decimal();
        fields.Int64();
        if (fields.Byte() == 0)
            visitor.Granted(number, quantity, 0, 0, "", 0);
        else
        {
            var (cell, purse) = (fields.Count(), fields.Count());
            visitor.Granted(number, quantity, price, cell, ReadCellIdentity(ref fields).Agreement, purse);
        }
    }

    // Recorded, agreement, charge, first and last day, purse, amount.
    static void VisitFee(ReadOnlySpan<byte> content, IJournalRowVisitor visitor)
    {
        var fields = new PackedCursor(content);
        fields.Int64();
        fields.Bytes();
        fields.Bytes();
        fields.Take(2 * 8);
        visitor.Paid(fields.Count(), fields.Decimal());
    }

    static void VisitLegs(ref PackedCursor items, ref JournaledEvent one, int legs, int place, IJournalRowVisitor visitor, bool covered)
    {
        Span<(int Cell, decimal Quantity, decimal Amount, int Grant, bool Further)> amounts = new (int, decimal, decimal, int, bool)[legs];
        foreach (ref var leg in amounts)
        {
            leg.Cell = items.Count();
            leg.Quantity = items.Decimal();
            // The first byte is sign and scale, the next one the lowest seven bits of the coefficient.
            one.AmountPlace = place + items.Position + 1;
            leg.Amount = items.Decimal();
            if (covered)
                (leg.Grant, leg.Further) = (items.Count(), items.Byte() != 0);
        }

        visitor.Event(one);
        foreach (var (cell, quantity, amount, grant, further) in amounts)
            visitor.Amount(cell, quantity, amount, grant, further);
    }

    /// <summary>Agreement, calendar, plan, its version, charge, meter, period's label, from, to, start, end.</summary>
    public static (string Agreement, string Charge) ReadCellIdentity(ref PackedCursor items)
    {
        var agreement = items.String();
        items.Bytes();
        items.Bytes();
        items.Count();
        var charge = items.String();
        items.Bytes();
        items.Bytes();
        items.Take(4 * 8);
        return (agreement, charge);
    }

    static JournaledEvent ReadEvent(ReadOnlySpan<byte> record)
    {
        var fields = new PackedCursor(record);
        var one = new JournaledEvent
        {
            Source = fields.Bytes(),
            Id = fields.Bytes(),
            TimeMicros = fields.Int64(),
            Quantity = fields.Decimal(),
            Meter = fields.Bytes(),
        };
        for (var left = fields.Count(); left > 0; left--)
        {
            var name = fields.Bytes();
            var value = fields.Bytes();
            if (name.SequenceEqual("country"u8))
                one.Country = value;
        }

        return one;
    }
}
