// What the parser makes of an event, as text that a test can read.
using System.Text;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Events;

namespace OrleansBilling.ClientApiTests.Events;

internal static class Parsed
{
    /// <summary>Members of a valid event; a test replaces, drops or adds some.</summary>
    public static readonly (string Name, string Json)[] Members =
    [
        ("specversion", "\"1.0\""), ("id", "\"e-1\""), ("source", "\"/smsc/1\""), ("type", "\"sms\""), ("subject", "\"sub-a\""),
        ("time", "\"2025-05-12T09:30:00Z\""), ("data", "{\"quantity\":\"2\",\"country\":\"FI\"}"),
    ];

    public const string Valid = "sub-a: /smsc/1 e-1 2025-05-12T09:30:00Z sms x 2 {country=FI}";

    public static string Event(string? name = null, string? json = null) => "{" + string.Join(',', Members
        .Where(member => member.Name != name || json is not null)
        .Select(member => member.Name == name ? (name, json!) : member)
        .Concat(name is null || Members.Any(member => member.Name == name) ? [] : [(name, json!)])
        .Select(member => $"\"{member.Item1}\":{member.Item2}")) + "}";

    /// <summary>The record, or "no: " and the fault. Nothing may throw, and a refused event leaves the writer as it was.</summary>
    public static string Read(byte[] json)
    {
        var parser = new EventParser();
        var writer = new PackedWriter(16);
        writer.Int64(42);
        var before = writer.Written.ToArray();
        var read = parser.TryParse(json, ref writer);
        if (read == (parser.Fault is not null))
            throw new InvalidOperationException("an event is either read or has a fault");
        if (!read)
            return writer.Written.Span.SequenceEqual(before) ? $"no: {parser.Fault}" : "the writer was changed";
        var reader = new PackedReader(writer.Written.Span[before.Length..]);
        var record = UsageRecord.Read(ref reader);
        return reader.AtEnd ? $"{Strict(parser.Subject.Span)}: {Text(record)}" : "something follows the record";
    }

    public static string Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static string With(string name, string? json) => Read(Event(name, json));

    private static string Text(in UsageRecord record)
    {
        var pairs = new List<string>();
        for (var dimensions = record.Dimensions; dimensions.Next(out var name, out var value);)
            pairs.Add($"{Strict(name)}={Strict(value)}");
        var time = NodaTime.Text.InstantPattern.ExtendedIso.Format(Micros.Instant(record.TimeMicros));
        return $"{Strict(record.Source)} {Strict(record.Id)} {time} {Strict(record.Meter)} x {record.Quantity} {{{string.Join(' ', pairs)}}}";
    }

    // Throws on what PostgreSQL and JSON cannot hold.
    private static string Strict(ReadOnlySpan<byte> text)
    {
        var made = new UTF8Encoding(false, true).GetString(text);
        return made.Contains('\0') ? throw new InvalidOperationException("a NUL went through") : made;
    }
}
