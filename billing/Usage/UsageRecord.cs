// One usage event in packed form: the same bytes travel from the socket to the grain and from there into the journal.
using System.IO.Hashing;

namespace OrleansBilling.Billing.Usage;

/// <summary>
/// A view of one packed event: length, then identity (source, id), then body (time in µs, quantity, meter, dimensions by name). Identity and
/// body are contiguous, so each is hashed in one go; dimensions are sorted by name, so member order never makes a conflict.
/// </summary>
public readonly ref struct UsageRecord
{
    private const long MicrosPerDay = 86_400_000_000;
    private readonly ReadOnlySpan<byte> identity;
    private readonly ReadOnlySpan<byte> body;
    private readonly ReadOnlySpan<byte> dimensions;

    private UsageRecord(ReadOnlySpan<byte> content, bool check)
    {
        var reader = new PackedReader(content);
        Source = reader.Bytes();
        Id = reader.Bytes();
        var bodyStart = reader.Position;
        identity = content[..bodyStart];
        body = content[bodyStart..];
        TimeMicros = reader.MicrosOfInstant();
        Quantity = reader.Decimal();
        Meter = reader.Bytes();
        dimensions = content[reader.Position..];
        Content = content;
        if (check)
            Check(ref reader);
    }

    // The dimensions are walked, so that what was read is whole and nothing later can stumble over it.
    private static void Check(ref PackedReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            reader.Bytes();
            reader.Bytes();
        }

        if (!reader.AtEnd)
            throw new PackedFormatException("something follows a record");
    }

    /// <summary>All of it, without the length in front.</summary>
    public ReadOnlySpan<byte> Content { get; }
    /// <summary>Who sent it (CloudEvents source), UTF-8.</summary>
    public ReadOnlySpan<byte> Source { get; }
    /// <summary>Its id within the source, UTF-8.</summary>
    public ReadOnlySpan<byte> Id { get; }
    /// <summary>When it happened: µs since 1970 UTC.</summary>
    public long TimeMicros { get; }
    /// <summary>How much, exact.</summary>
    public decimal Quantity { get; }
    /// <summary>Meter id, UTF-8.</summary>
    public ReadOnlySpan<byte> Meter { get; }
    /// <summary>Days since 1970-01-01 UTC of its time, or of the opening of its backfill: what its id is kept by.</summary>
    public int Day => KeptBy(Source, TimeMicros);

    /// <summary>128 bits of (source, id): what an event is known by within its subscription.</summary>
    public UInt128 IdHash => XxHash128.HashToUInt128(identity);

    /// <summary>The same of an event that is known by name only.</summary>
    public static UInt128 IdHashOf(string source, string id)
    {
        var writer = new PackedWriter(64);
        writer.String(source);
        writer.String(id);
        return XxHash128.HashToUInt128(writer.Written.Span);
    }

    /// <summary>32 bits of everything else: same id and other body is a conflict.</summary>
    public uint BodyHash => unchecked((uint)XxHash3.HashToUInt64(body));

    /// <summary>Name and value pairs in name order.</summary>
    public DimensionReader Dimensions => new(dimensions);

    /// <summary>The next record of a batch or an entry.</summary>
    public static UsageRecord Read(scoped ref PackedReader reader) => new(reader.Bytes(), check: true);

    /// <summary>The next record of a batch that was checked as a whole.</summary>
    internal static UsageRecord ReadChecked(scoped ref PackedReader reader) => new(reader.Bytes(), check: false);

    /// <summary>Appends the same event with another quantity and time, without the length in front.</summary>
    public void CopyContent(ref PackedWriter writer, long timeMicros, decimal quantity)
    {
        writer.Raw(identity);
        writer.Int64(timeMicros);
        writer.Decimal(quantity);
        writer.Bytes(Meter);
        writer.Raw(dimensions);
    }

    /// <summary>Reads a record from its content.</summary>
    public static UsageRecord Of(ReadOnlySpan<byte> content) => new(content, check: true);

    /// <summary>Passes over the next record of a batch; answers only what it is known by, and its day.</summary>
    public static (UInt128 IdHash, int Day) ReadIdentity(scoped ref PackedReader reader)
    {
        var content = reader.Bytes();
        var inner = new PackedReader(content);
        var source = inner.Bytes();
        inner.Bytes();
        var idHash = XxHash128.HashToUInt128(content[..inner.Position]);
        return (idHash, KeptBy(source, inner.MicrosOfInstant()));
    }

    /// <summary>The value of a dimension, or an empty span with false.</summary>
    public bool TryGetDimension(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var pairs = Dimensions;
        while (pairs.Next(out var found, out value))
        {
            if (found.SequenceEqual(name))
                return true;
        }

        value = default;
        return false;
    }

    private static int KeptBy(ReadOnlySpan<byte> source, long timeMicros) =>
        BackfillName.Is(source) ? BackfillName.Of(source).OpenedDay : DayOf(timeMicros);

    internal static int DayOf(long micros) => (int)((micros - (micros < 0 ? MicrosPerDay - 1 : 0)) / MicrosPerDay);
}

/// <summary>Walks the dimensions of one event.</summary>
public ref struct DimensionReader
{
    private PackedReader reader;
    private int left;

    internal DimensionReader(ReadOnlySpan<byte> packed)
    {
        reader = new PackedReader(packed);
        left = reader.Count();
    }

    /// <summary>How many are left.</summary>
    public readonly int Left => left;

    /// <summary>The next pair, or false at the end.</summary>
    public bool Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (left == 0)
        {
            name = value = default;
            return false;
        }

        left--;
        name = reader.Bytes();
        value = reader.Bytes();
        return true;
    }
}
