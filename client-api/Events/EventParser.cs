// Reads one CloudEvent from its JSON bytes into a packed usage record: one pass, no objects, no strings.
using System.Text.Json;
using System.Text.Unicode;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Privacy;

namespace OrleansBilling.ClientApi.Events;

/// <summary>
/// CloudEvents 1.0, JSON format (section 3.1): specversion, id, source and type are required there; subject and time besides here, since an event
/// without them cannot be billed. Extension attributes are allowed and ignored. Used by one request at a time.
/// </summary>
/// <param name="sourcePrefix">What the records of a backfill have in front of their source.</param>
/// <param name="personal">Which dimensions are personal; null: none.</param>
public sealed class EventParser(ReadOnlyMemory<byte> sourcePrefix = default, PersonalMeters? personal = null)
{
    private readonly DimensionBuffer dimensions = new();
    private byte[] scratch = new byte[1024];
    private int scratchUsed;

    /// <summary>Why the last event was refused; null when it was read.</summary>
    public string? Fault { get; private set; }

    /// <summary>Subject of the last event (UTF-8); valid until the next call.</summary>
    public ReadOnlyMemory<byte> Subject { get; private set; }

    /// <summary>Id of the last event, empty if it has none that can be read; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Id { get; private set; }

    /// <summary>Where marks of personal values were written by the last event, as positions in the writer; valid until the next call.</summary>
    public IReadOnlyList<int> PersonalAt => dimensions.PersonalAt;

    /// <summary>Appends the record of an event and answers true; or says what is wrong and leaves the writer as it was.</summary>
    public bool TryParse(ReadOnlyMemory<byte> json, ref PackedWriter writer)
    {
        Fault = null;
        Subject = Id = default;
        scratchUsed = 0;
        dimensions.Clear();
        if (json.Length > Limits.EventBytesMax)
            return Refuse($"an event has at most {Limits.EventBytesMax} bytes");
        // The JSON reader does not look at the bytes within strings; what is not UTF-8 would break the answer and the store.
        if (!Utf8.IsValid(json.Span))
            return Refuse("an event must be UTF-8");
        if (scratch.Length < json.Length)
            scratch = new byte[json.Length];
        var envelope = new Envelope { Quantity = 1 };
        try
        {
            return Read(json, ref envelope) && Check(envelope) && Pack(envelope, ref writer);
        }
        catch (JsonException fault)
        {
            return Refuse($"this is not JSON of at most {Limits.EventDepthMax} levels: position {fault.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // What the reader throws when it unescapes "\ud800" alone.
            return Refuse("a text holds half a surrogate pair");
        }
    }

    private bool Read(ReadOnlyMemory<byte> json, ref Envelope envelope)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = Limits.EventDepthMax });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Refuse("an event is a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Member(ref reader, json, ref envelope))
                return false;
        }

        return !reader.Read() || Refuse("something follows the event");
    }

    private bool Member(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, ref Envelope envelope)
    {
        var known = EnvelopeMembers.Of(ref reader);
        if (known != EnvelopeMember.Extension && !envelope.Saw(known))
            return Refuse($"{EnvelopeMembers.Name(known)} is there twice");
        reader.Read();
        // A null attribute is an absent one (CloudEvents JSON, section 2.2).
        if (reader.TokenType == JsonTokenType.Null)
        {
            envelope.IsNull(known);
            return true;
        }

        switch (known)
        {
            case EnvelopeMember.SpecVersion:
                return (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("1.0"u8)) || Refuse("specversion must be \"1.0\"");
            case EnvelopeMember.Id:
                return Text(ref reader, json, "id", out envelope.Id) && Keep(Id = envelope.Id);
            case EnvelopeMember.Source:
                return Text(ref reader, json, "source", out envelope.Source);
            case EnvelopeMember.Type:
                return Text(ref reader, json, "type", out envelope.Type);
            case EnvelopeMember.Subject:
                return Text(ref reader, json, "subject", out envelope.Subject) && Keep(Subject = envelope.Subject);
            case EnvelopeMember.Time:
                return Text(ref reader, json, "time", out var time)
                    && (EventTime.TryParse(time.Span, out envelope.TimeMicros)
                        || Refuse("time must be an RFC 3339 instant with an offset, e.g. 2025-05-12T09:30:00.120Z"));
            case EnvelopeMember.Data:
                return Data(ref reader, json, ref envelope);
            case EnvelopeMember.DataBase64:
                return Refuse("data_base64 is not supported: send data as JSON");
            case EnvelopeMember.DataContentType:
                return (reader.TokenType == JsonTokenType.String && IsJson(reader.GetString()!)) || Refuse("datacontenttype must be application/json");
            default:
                reader.Skip();
                return true;
        }
    }

    private bool Data(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, ref Envelope envelope)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Refuse("data must be a JSON object");
        var sawQuantity = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("quantity"u8))
            {
                if (sawQuantity)
                    return Refuse("data.quantity is there twice");
                sawQuantity = true;
                reader.Read();
                if (!Quantity(ref reader, out envelope.Quantity))
                    return Refuse("data.quantity must be a decimal of zero or more, e.g. \"2\", with at most 12 digits before the point and 10 after it");
                continue;
            }

            var name = Copy(ref reader, json);
            reader.Read();
            if (!Dimension(ref reader, json, name))
                return false;
        }

        return true;
    }

    private bool Dimension(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> name)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.String:
                return Fits(name, "the name of a member of data") && Copy(ref reader, json) is var text && Fits(text, "a member of data", allowEmpty: true)
                    && (dimensions.TryAdd(name, text) || Refuse($"data has more than {Limits.DimensionsMax} members"));
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                var raw = json.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length);
                return Fits(name, "the name of a member of data") && Fits(raw, "a member of data")
                    && (dimensions.TryAdd(name, raw) || Refuse($"data has more than {Limits.DimensionsMax} members"));
            default:
                return Fits(name, "the name of a member of data") && Refuse($"data.{System.Text.Encoding.UTF8.GetString(name.Span)} must be a string, a number or a boolean");
        }
    }

    private static bool Quantity(ref Utf8JsonReader reader, out decimal quantity)
    {
        quantity = 0;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number) || reader.ValueIsEscaped)
            return false;
        return EventNumber.TryParse(reader.ValueSpan, out quantity);
    }

    private bool Check(in Envelope envelope)
    {
        foreach (var required in EnvelopeMembers.Required)
        {
            if (!envelope.Has(required))
                return Refuse($"{EnvelopeMembers.Name(required)} is missing");
        }

        if (IsOurs(envelope.Source.Span))
            return Refuse("source must not begin with urn:billing: those are holds, corrections and backfills");
        if (!dimensions.Sort())
            return Refuse("a member of data is there twice");
        if (personal?.Current is { } meters && meters.Of(envelope.Type.Span) is { } names)
            dimensions.Mark(names);
        return true;
    }

    private bool Pack(in Envelope envelope, ref PackedWriter writer)
    {
        var source = sourcePrefix.IsEmpty ? envelope.Source : (byte[])[.. sourcePrefix.Span, .. envelope.Source.Span];
        var content = PackedSize.Of(source) + PackedSize.Of(envelope.Id) + sizeof(long) + PackedSize.Of(envelope.Quantity)
            + PackedSize.Of(envelope.Type) + dimensions.PackedSize;
        writer.Count(content);
        writer.Bytes(source.Span);
        writer.Bytes(envelope.Id.Span);
        writer.Int64(envelope.TimeMicros);
        writer.Decimal(envelope.Quantity);
        writer.Bytes(envelope.Type.Span);
        dimensions.Write(ref writer);
        return true;
    }

    private bool Text(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, string member, out ReadOnlyMemory<byte> text)
    {
        text = default;
        if (reader.TokenType != JsonTokenType.String)
            return Refuse($"{member} must be a string");
        text = Copy(ref reader, json);
        return Fits(text, member);
    }

    private bool Fits(ReadOnlyMemory<byte> text, string what, bool allowEmpty = false)
    {
        if (text.Length == 0 && !allowEmpty)
            return Refuse($"{what} must not be empty");
        if (text.Length > Limits.TextBytesMax)
            return Refuse($"{what} has at most {Limits.TextBytesMax} bytes");
        // PostgreSQL text cannot hold it.
        return !text.Span.Contains((byte)0) || Refuse($"{what} must not hold U+0000");
    }

    // The bytes as they stand, or unescaped into the scratch buffer, which is as long as the event and so always long enough.
    private ReadOnlyMemory<byte> Copy(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (!reader.ValueIsEscaped)
            return json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        var written = reader.CopyString(scratch.AsSpan(scratchUsed));
        var copy = scratch.AsMemory(scratchUsed, written);
        scratchUsed += written;
        return copy;
    }

    // In any case of its letters: a name that only looks like ours is refused too.
    private static bool IsOurs(ReadOnlySpan<byte> source)
    {
        var prefix = "urn:billing:"u8;
        return source.Length >= prefix.Length && System.Text.Ascii.EqualsIgnoreCase(source[..prefix.Length], prefix);
    }

    private static bool IsJson(string contentType) =>
        contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) || contentType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    private static bool Keep(ReadOnlyMemory<byte> kept) => kept.Length > 0;

    private bool Refuse(string fault)
    {
        Fault = fault;
        return false;
    }
}
