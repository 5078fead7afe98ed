// Durations in ISO 8601: PT0S, PT36H, P2D. A day is 24 hours; months and years have no length and are refused.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace OrleansBilling.Billing.Json;

/// <summary>Whole days are written as <c>P2D</c>, anything else from hours down: <c>PT36H</c>.</summary>
public sealed class DurationAsIso : JsonConverter<Duration>
{
    private const string Expected = "must be a duration, like \"PT36H\" or \"P2D\"";
    private const long PartMax = 1_000_000_000;

    /// <inheritdoc/>
    public override Duration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException(Expected);
        return TryParse(reader.GetString()!, out var value, out var fault) ? value : throw new JsonException(fault);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

    /// <summary>Reads one duration.</summary>
    public static bool TryParse(string text, out Duration value, out string fault)
    {
        value = default;
        fault = Expected;
        var parsed = PeriodPattern.NormalizingIso.Parse(text);
        if (!parsed.Success) return false;
        var period = parsed.Value;
        fault = "must not have years or months: they have no fixed length";
        if (period.Years != 0 || period.Months != 0) return false;
        fault = "must not be negative, nor that long";
        long[] parts = [period.Weeks, period.Days, period.Hours, period.Minutes, period.Seconds, period.Milliseconds];
        if (parts.Any(part => part is > PartMax or < 0) || period.Ticks < 0 || period.Nanoseconds < 0) return false;
        value = Duration.FromDays(period.Weeks * 7 + period.Days) + Duration.FromHours(period.Hours) + Duration.FromMinutes(period.Minutes)
            + Duration.FromSeconds(period.Seconds) + Duration.FromMilliseconds(period.Milliseconds)
            + Duration.FromTicks(period.Ticks) + Duration.FromNanoseconds(period.Nanoseconds);
        return true;
    }

    /// <summary>Writes one duration.</summary>
    public static string Text(Duration value)
    {
        if (value == Duration.Zero) return "PT0S";
        if (value < Duration.Zero) throw new JsonException("a negative duration has no text here");
        if (value.NanosecondOfDay == 0) return string.Create(CultureInfo.InvariantCulture, $"P{value.Days}D");
        return Hourly(value.Days * 24L + value.Hours, value);
    }

    private static string Hourly(long hours, Duration value)
    {
        var text = "PT" + (hours > 0 ? hours.ToString(CultureInfo.InvariantCulture) + "H" : "")
            + (value.Minutes > 0 ? value.Minutes.ToString(CultureInfo.InvariantCulture) + "M" : "");
        if (value.Seconds == 0 && value.SubsecondNanoseconds == 0) return text;
        var fraction = value.SubsecondNanoseconds == 0 ? "" : "." + value.SubsecondNanoseconds.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
        return text + value.Seconds.ToString(CultureInfo.InvariantCulture) + fraction + "S";
    }
}
