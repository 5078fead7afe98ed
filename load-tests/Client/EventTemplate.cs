// The bytes of a usage event with the places that differ: all events are equally long, so that a request is patched, never built.
using System.Globalization;
using System.Text;

namespace OrleansBilling.LoadTests.Client;

static class EventTemplate
{
    public const int CountryCount = 2;
    const int IdLength = 36;
    const int TimeLength = 24;
    const string Text = """
        {"specversion":"1.0","id":"00000000-0000-0000-0000-000000000000","source":"/smsc/eu-1","type":"sms.mt.segment","subject":"s-000000","time":"0000-00-00T00:00:00.000Z","data":{"quantity":"0","country":"FI"}}
        """;

    static readonly int IdAt = After("\"id\":\"");
    static readonly int SubjectAt = After("\"s-");
    static readonly int TimeAt = After("\"time\":\"");
    static readonly int QuantityAt = After("\"quantity\":\"");
    static readonly int CountryAt = After("\"country\":\"");

    public static byte[] Line { get; } = Encoding.ASCII.GetBytes(Text + "\n");

    public static void Fill(Span<byte> line, in SentEvent one, ReadOnlySpan<byte> time)
    {
        WriteId(line.Slice(IdAt, IdLength), one.IdHigh, one.IdLow);
        var rest = one.Subscription;
        for (var at = SubjectAt + 5; at >= SubjectAt; at--)
        {
            line[at] = (byte)('0' + (rest % 10));
            rest /= 10;
        }

        time.CopyTo(line[TimeAt..]);
        line[QuantityAt] = (byte)('0' + one.Quantity);
        (one.Country == 0 ? "FI"u8 : "EE"u8).CopyTo(line[CountryAt..]);
    }

    /// <summary>RFC 3339 with milliseconds, 24 bytes.</summary>
    public static void WriteTime(Span<byte> target, long millis) =>
        DateTimeOffset.FromUnixTimeMilliseconds(millis).UtcDateTime
            .TryFormat(target[..TimeLength], out _, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public static void WriteId(Span<byte> target, ulong high, ulong low)
    {
        var at = 0;
        for (var digit = 0; digit < 32; digit++)
        {
            if (digit is 8 or 12 or 16 or 20)
                target[at++] = (byte)'-';
            var word = digit < 16 ? high : low;
            target[at++] = "0123456789abcdef"u8[(int)((word >> (60 - ((digit & 15) << 2))) & 15)];
        }
    }

    public static bool TryReadId(ReadOnlySpan<byte> text, out ulong high, out ulong low)
    {
        (high, low) = (0, 0);
        if (text.Length != IdLength)
            return false;
        var digits = 0;
        foreach (var letter in text)
        {
            if (letter == '-')
                continue;
            var value = letter is >= (byte)'0' and <= (byte)'9' ? letter - '0' : letter is >= (byte)'a' and <= (byte)'f' ? letter - 'a' + 10 : -1;
            if (value < 0)
                return false;
            if (digits++ < 16)
                high = (high << 4) | (uint)value;
            else
                low = (low << 4) | (uint)value;
        }

        return digits == 32;
    }

    static int After(string mark) => Text.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
}
