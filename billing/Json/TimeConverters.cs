// Times in JSON: instants in RFC 3339, dates, durations in ISO 8601, and the date-or-instant of plan versions.
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.Json;

/// <summary>Any offset is read, UTC is written. Up to 7 fractional digits: that is what the stores keep.</summary>
public sealed class InstantAsRfc3339 : JsonConverter<Instant>
{
    private const int FractionMax = 7;

    /// <inheritdoc/>
    public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException(TimeText.ExpectedInstant);
        return TryParse(reader.GetString()!, out var value, out var fault) ? value : throw new JsonException(fault);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
        writer.WriteStringValue(InstantPattern.ExtendedIso.Format(value));

    /// <summary>Reads one instant.</summary>
    public static bool TryParse(string text, out Instant value, out string fault)
    {
        value = default;
        fault = TimeText.ExpectedInstant;
        var parsed = OffsetDateTimePattern.Rfc3339.Parse(text);
        if (!parsed.Success) return false;
        var point = text.IndexOf('.');
        if (point >= 0 && text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9') > FractionMax)
        {
            fault = "must have at most 7 fractional digits";
            return false;
        }
        fault = TimeText.OutOfRange;
        if (!TimeText.InRange(parsed.Value.Date)) return false;
        value = parsed.Value.ToInstant();
        return true;
    }
}

/// <summary><c>2025-05-31</c>.</summary>
public sealed class LocalDateAsIso : JsonConverter<LocalDate>
{
    /// <inheritdoc/>
    public override LocalDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException(TimeText.ExpectedDate);
        return TryParse(reader.GetString()!, out var value, out var fault) ? value : throw new JsonException(fault);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options) =>
        writer.WriteStringValue(LocalDatePattern.Iso.Format(value));

    /// <summary>Reads one date.</summary>
    public static bool TryParse(string text, out LocalDate value, out string fault)
    {
        var parsed = LocalDatePattern.Iso.Parse(text);
        fault = parsed.Success ? TimeText.OutOfRange : TimeText.ExpectedDate;
        value = parsed.Success ? parsed.Value : default;
        return parsed.Success && TimeText.InRange(value);
    }
}

/// <summary>A date, or an instant when there is a time in it.</summary>
public sealed class EffectiveFromAsText : JsonConverter<EffectiveFrom>
{
    private const string Expected = "must be a date like \"2025-01-01\" or an instant like \"2025-01-01T00:00:00Z\"";

    /// <inheritdoc/>
    public override EffectiveFrom Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException(Expected);
        var text = reader.GetString()!;
        if (LocalDateAsIso.TryParse(text, out var date, out var dateFault)) return new EffectiveFrom { Date = date };
        if (InstantAsRfc3339.TryParse(text, out var instant, out var instantFault)) return new EffectiveFrom { Instant = instant };
        throw new JsonException(text.Contains('T') && instantFault != TimeText.ExpectedInstant ? instantFault
            : dateFault == TimeText.OutOfRange ? dateFault : Expected);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EffectiveFrom value, JsonSerializerOptions options)
    {
        if (value.Instant is { } instant) writer.WriteStringValue(InstantPattern.ExtendedIso.Format(instant));
        else if (value.Date is { } date) writer.WriteStringValue(LocalDatePattern.Iso.Format(date));
        else throw new JsonException("effective_from is neither a date nor an instant");
    }
}

/// <summary>What the converters share.</summary>
internal static class TimeText
{
    public const string ExpectedInstant = "must be an instant with offset, like \"2025-05-12T09:30:00Z\"";
    public const string ExpectedDate = "must be a date, like \"2025-05-31\"";
    public const string OutOfRange = "must lie in the years 1900 to 2999 (leave it out where it may stay open)";

    /// <summary>Far from the ends of the calendar, so that no arithmetic on periods can run over them.</summary>
    public static bool InRange(LocalDate date) => date.Year is >= 1900 and <= 2999;
}
