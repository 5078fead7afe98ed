// How a backfilled event is known: by its backfill, source and id, written into the source under which it is journaled.
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>
/// Source <c>urn:billing:backfill/{day}/{backfill}/{source as sent}</c>. So an event of a backfill is another one than the same event sent as
/// usage, and everything that reads events reads these. The day is the one on which the backfill was opened (days since 1970-01-01 UTC):
/// ids are kept from then on and not from the event's own day, which is older than any id.
/// </summary>
public readonly ref struct BackfillName
{
    /// <summary>Source of the events that take a backfill back.</summary>
    public const string RevertSource = "urn:billing:backfill";

    private BackfillName(int day, ReadOnlySpan<byte> id, ReadOnlySpan<byte> source)
    {
        OpenedDay = day;
        Id = id;
        Source = source;
        Exists = true;
    }

    /// <summary>False: the event is of no backfill.</summary>
    public bool Exists { get; }
    /// <summary>When the backfill was opened, days since 1970-01-01 UTC.</summary>
    public int OpenedDay { get; }
    /// <summary>Id of the backfill, UTF-8.</summary>
    public ReadOnlySpan<byte> Id { get; }
    /// <summary>Source as sent, UTF-8.</summary>
    public ReadOnlySpan<byte> Source { get; }

    private static ReadOnlySpan<byte> Lead => "urn:billing:backfill/"u8;

    /// <summary>Whether a source is that of events which take a backfill back.</summary>
    public static bool IsRevert(ReadOnlySpan<byte> source) => source.SequenceEqual("urn:billing:backfill"u8);

    /// <summary>What stands in front of the source as sent.</summary>
    public static byte[] Prefix(string backfill, long openedMicros) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{RevertSource}/{UsageRecord.DayOf(openedMicros)}/{backfill}/"));

    /// <summary>Whether a source is that of a backfill's event.</summary>
    public static bool Is(ReadOnlySpan<byte> source) => source.StartsWith(Lead);

    /// <summary>Whether an event takes a backfill back.</summary>
    public static bool IsRevert(scoped in UsageRecord record) => record.Source.SequenceEqual("urn:billing:backfill"u8);

    /// <summary>Reads a source; throws on one that only begins like ours.</summary>
    public static BackfillName Of(ReadOnlySpan<byte> source)
    {
        if (!Is(source))
            return default;
        var rest = source[Lead.Length..];
        if (!Utf8Parser.TryParse(rest, out int day, out var digits) || digits >= rest.Length || rest[digits] != '/')
            throw new PackedFormatException("a backfilled event has no day");
        rest = rest[(digits + 1)..];
        var end = rest.IndexOf((byte)'/');
        return end > 0 ? new BackfillName(day, rest[..end], rest[(end + 1)..]) : throw new PackedFormatException("a backfilled event names no backfill");
    }
}
