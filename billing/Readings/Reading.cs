// What one event says of a meter that is not added up: a level, a value that counts once, or the level that stands last.
using System.IO.Hashing;

namespace OrleansBilling.Billing.Usage;

/// <summary>How the units of a period come from its readings. Journaled: never renumber.</summary>
public enum ReadingKind : byte
{
    /// <summary>The highest.</summary>
    Max = 1,
    /// <summary>How many different values there are.</summary>
    Unique = 2,
    /// <summary>The one of the latest time.</summary>
    Latest = 3,
}

/// <summary>A reading. The units of a period are a function of the set of its readings, so the order in which they arrive does not matter.</summary>
/// <param name="Kind">How it counts.</param>
/// <param name="Key">Unique: the hash of the value. Latest: the time, then the event's id, so that two of one instant have an order. Max: 0.</param>
/// <param name="Value">Max and latest: the level. Unique: 0.</param>
public sealed record Reading(ReadingKind Kind, UInt128 Key, decimal Value)
{
    /// <summary>The kind of a meter's aggregation; null: its events are added up or counted.</summary>
    public static ReadingKind? KindOf(string aggregation) => aggregation switch
    {
        "max" => ReadingKind.Max,
        "unique" => ReadingKind.Unique,
        "latest" => ReadingKind.Latest,
        _ => null,
    };

    /// <summary>What an event says; null: it does not have the dimension whose values are counted.</summary>
    /// <param name="uniqueBy">UTF-8 name of that dimension; empty for other kinds.</param>
    public static Reading? Of(ReadingKind kind, ReadOnlySpan<byte> uniqueBy, scoped in UsageRecord record) => kind switch
    {
        ReadingKind.Max => new Reading(kind, 0, Plain(record.Quantity)),
        ReadingKind.Latest => new Reading(kind, Moment(record), Plain(record.Quantity)),
        _ => record.TryGetDimension(uniqueBy, out var value) ? new Reading(kind, XxHash128.HashToUInt128(value), 0) : null,
    };

    /// <summary>The same event with another quantity.</summary>
    public Reading At(decimal quantity) => Kind == ReadingKind.Unique ? this : this with { Value = Plain(quantity) };

    internal void Write(ref PackedWriter writer)
    {
        writer.Byte((byte)Kind);
        writer.UInt64(unchecked((ulong)Key));
        writer.UInt64(unchecked((ulong)(Key >> 64)));
        writer.Decimal(Value);
    }

    internal static Reading Read(ref PackedReader reader)
    {
        var kind = (ReadingKind)reader.Byte();
        if (!Enum.IsDefined(kind))
            throw new PackedFormatException($"a reading of kind {(byte)kind} is not known");
        var low = reader.UInt64();
        return new Reading(kind, new UInt128(reader.UInt64(), low), reader.Decimal());
    }

    // 5 and 5.00 are one level, so they are kept as one.
    private static decimal Plain(decimal quantity) => quantity / 1.0000000000000000000000000000m;

    // The sign is turned over, so that times before 1970 come first.
    private static UInt128 Moment(scoped in UsageRecord record) =>
        new(unchecked((ulong)record.TimeMicros) ^ (1UL << 63), unchecked((ulong)record.IdHash));
}

/// <summary>A reading that an entry adds to the readings of a total, or takes back.</summary>
/// <param name="Cell">The total's number: readings are kept by what it counts, whoever pays for it.</param>
/// <param name="Reading">What was read.</param>
/// <param name="IsBack">It is taken back.</param>
public readonly record struct LegReading(int Cell, Reading Reading, bool IsBack = false)
{
    internal void Write(ref PackedWriter writer)
    {
        writer.Count(Cell);
        writer.Byte(IsBack ? (byte)1 : (byte)0);
        Reading.Write(ref writer);
    }

    internal static LegReading Read(ref PackedReader reader)
    {
        var (cell, isBack) = (reader.Count(), reader.Byte() != 0);
        return new LegReading(cell, Reading.Read(ref reader), isBack);
    }
}
