// Writes journal rows from the description of their format: neither the product's writer nor the checker's reader has a hand in it.
using System.Buffers.Binary;
using System.Text;
using OrleansBilling.LoadTests.Checking;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Tests;

sealed class RowBuilder
{
    readonly List<byte> items = [];
    readonly List<byte> slices = [];

    public RowBuilder Cell(int number, string agreement, int purse = 0, string charge = "sms")
    {
        items.Add(1);
        Varint(items, (ulong)number);
        Varint(items, (ulong)purse);
        Text(items, agreement);
        Text(items, "monthly");
        Text(items, "plan");
        Varint(items, 1);
        Text(items, charge);
        Text(items, "sms.mt.segment");
        Text(items, "2025-05");
        items.AddRange(new byte[32]);
        return this;
    }

    public RowBuilder Event(in SentEvent one)
    {
        var record = new List<byte>();
        Text(record, "/smsc/eu-1");
        var id = new byte[36];
        EventTemplate.WriteId(id, one.IdHigh, one.IdLow);
        Text(record, Encoding.ASCII.GetString(id));
        Int64(record, one.TimeMillis * 1000);
        Decimal(record, one.Quantity);
        Text(record, "sms.mt.segment");
        Varint(record, 1);
        Text(record, "country");
        Text(record, Prices.Countries[one.Country]);
        items.Add(2);
        Varint(items, (ulong)record.Count);
        items.AddRange(record);
        Leg(0, one.Quantity, one.Quantity * Prices.Wholesale[one.Country]);
        Leg(1, one.Quantity, one.Quantity * Prices.Retail[one.Country]);
        return this;
    }

    /// <summary>The same event, whose retail leg a grant pays for: all of it in the total 2. A surcharge is in the total 3.</summary>
    public RowBuilder Covered(in SentEvent one, int grant, decimal surcharge = 0) => InParts(one, 2, 0, grant, surcharge);

    /// <summary>The same event with a surcharge in the total 3.</summary>
    public RowBuilder Added(in SentEvent one, decimal surcharge) => InParts(one, 1, one.Quantity * Prices.Retail[one.Country], 0, surcharge);

    RowBuilder InParts(in SentEvent one, int cell, decimal amount, int grant, decimal surcharge)
    {
        var from = items.Count;
        Event(one);
        // The same bytes but for the item's kind and what follows the record: parts instead of two legs.
        items[from] = 3;
        var length = items[from + 1] < 0x80 ? 1 : 2;
        var record = length == 1 ? items[from + 1] : (items[from + 1] & 0x7F) | (items[from + 2] << 7);
        items.RemoveRange(from + 1 + length + record, items.Count - (from + 1 + length + record));
        Varint(items, surcharge == 0 ? 2UL : 3);
        Leg(0, one.Quantity, one.Quantity * Prices.Wholesale[one.Country]);
        items.AddRange([0, 0]);
        Leg(cell, one.Quantity, amount);
        Varint(items, (ulong)grant);
        items.Add(0);
        if (surcharge == 0)
            return this;
        Leg(3, one.Quantity, one.Quantity * surcharge);
        items.AddRange([0, 1]);
        return this;
    }

    /// <summary>A package, in front of everything else in the row: free, and without a total.</summary>
    public RowBuilder Granted(int number, decimal quantity)
    {
        var content = new List<byte>();
        Int64(content, 1);
        Varint(content, (ulong)number);
        Text(content, "p");
        Text(content, "r-c");
        Text(content, "sms.mt.segment");
        Decimal(content, quantity);
        Decimal(content, 0);
        content.AddRange(new byte[24]);
        content.Add(0);
        Int64(content, 1);
        content.Add(0);
        Frame(slices, 5, content);
        return this;
    }

    /// <summary>A slice of a wallet, in front of everything else in the row.</summary>
    public RowBuilder Received(string wallet, decimal amount)
    {
        var content = new List<byte>();
        Int64(content, 1);
        content.Add(1);
        Text(content, wallet);
        content.Add(0);
        Varint(content, 1);
        Decimal(content, amount);
        Frame(slices, 3, content);
        return this;
    }

    /// <summary>A fee that a purse pays, before everything else that follows in the row.</summary>
    public RowBuilder Fee(int purse, decimal amount)
    {
        var content = new List<byte>();
        Int64(content, 1);
        Text(content, "r-c");
        Text(content, "fee");
        content.AddRange(new byte[16]);
        Varint(content, (ulong)purse);
        Decimal(content, amount);
        Frame(slices, 6, content);
        return this;
    }

    public StoredRow Row(long stream, long version)
    {
        var content = new List<byte>();
        Int64(content, 1);
        Varint(content, 2);
        content.AddRange(items);
        var payload = new List<byte> { 1 };
        payload.AddRange(slices);
        Frame(payload, 1, content);
        payload.AddRange(new byte[8]);
        var row = new StoredRow(stream, version, [.. payload]);
        JournalRow.Reseal(stream, version, row.Payload);
        return row;
    }

    static void Frame(List<byte> to, byte kind, List<byte> content)
    {
        to.Add(kind);
        to.Add(1);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Count);
        to.AddRange(length);
        to.AddRange(content);
    }

    void Leg(int cell, decimal quantity, decimal amount)
    {
        Varint(items, (ulong)cell);
        Decimal(items, quantity);
        Decimal(items, amount);
    }

    static void Varint(List<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            to.Add((byte)((value & 0x7F) | 0x80));
        to.Add((byte)value);
    }

    static void Text(List<byte> to, string text)
    {
        Varint(to, (ulong)text.Length);
        to.AddRange(Encoding.ASCII.GetBytes(text));
    }

    static void Int64(List<byte> to, long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        to.AddRange(bytes);
    }

    static void Decimal(List<byte> to, decimal value)
    {
        var parts = decimal.GetBits(value);
        to.Add((byte)(parts[3] >> 16));
        Varint(to, (uint)parts[0] | ((ulong)(uint)parts[1] << 32));
    }
}
