// Labels of periods in queries.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Requests;

/// <summary>Whether a text can be a label at all; which period it means is the calendar's to say.</summary>
public static class PeriodLabels
{
    /// <summary><c>2025-05</c>, or the first day of a period that is no month, <c>2025-05-05</c>.</summary>
    public static bool IsLabel(string text) => IsMonth(text) || LocalDateAsIso.TryParse(text, out _, out _);

    /// <summary><c>2025-05</c>.</summary>
    public static bool IsMonth(string text) =>
        text.Length == 7 && text[4] == '-' && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0
        && int.TryParse(text.AsSpan(5), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var month)
        && month is >= 1 and <= 12;
}
