// Values of a row as bytes: the same for both databases, so that a copy of one can be read into the other.
using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace OrleansBilling.Storage.Operating;

/// <summary>A length is a varint of length + 1, 0 is null; an integer is a byte 1 and eight bytes, or a byte 0 for null.</summary>
sealed class RowPacking
{
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    readonly MemoryStream packed = new();
    readonly BinaryWriter writer;

    public RowPacking() => writer = new BinaryWriter(packed, Strict);

    public int Count { get; private set; }
    public int Length => (int)packed.Length;

    /// <summary>Valid until the next <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Packed => packed.GetBuffer().AsMemory(0, (int)packed.Length);

    public void Clear()
    {
        packed.SetLength(0);
        Count = 0;
    }

    /// <summary>The reader's row, which has the table's columns in order.</summary>
    public void Add(DbDataReader reader, StoredTable table)
    {
        for (var column = 0; column < table.Columns.Count; column++)
        {
            if (reader.IsDBNull(column)) writer.Write((byte)0);
            else if (table.Columns[column].Type == "integer") Integer(reader.GetInt64(column));
            else if (table.Columns[column].Type == "blob") Bytes(reader.GetFieldValue<byte[]>(column));
            else Bytes(Strict.GetBytes(Text(reader.GetValue(column))));
        }
        Count++;
    }

    /// <summary>Reads a value of the type back: null, long, string or byte[].</summary>
    public static object? Take(string type, ref ReadOnlySpan<byte> rows)
    {
        if (type == "integer")
        {
            var there = rows[0];
            rows = rows[1..];
            if (there == 0) return null;
            var number = BinaryPrimitives.ReadInt64LittleEndian(rows);
            rows = rows[8..];
            return number;
        }
        var length = Length7(ref rows);
        if (length == 0) return null;
        var value = rows[..(length - 1)];
        rows = rows[(length - 1)..];
        return type == "blob" ? value.ToArray() : Strict.GetString(value);
    }

    // NUMERIC(28,10) has zeros behind its digits, SQLite has none: one value, one text.
    static string Text(object value) => value switch
    {
        string text => text,
        decimal number => number.ToString("0.0###########################", CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"A {value.GetType().Name} cannot be copied as text."),
    };

    void Integer(long value)
    {
        writer.Write((byte)1);
        writer.Write(value);
    }

    void Bytes(ReadOnlySpan<byte> value)
    {
        writer.Write7BitEncodedInt(value.Length + 1);
        writer.Write(value);
    }

    static int Length7(ref ReadOnlySpan<byte> rows)
    {
        var (value, at) = (0, 0);
        for (; ; at++)
        {
            value |= (rows[at] & 0x7F) << (7 * at);
            if (rows[at] < 0x80) break;
        }
        rows = rows[(at + 1)..];
        return value;
    }
}
