// The billing periods that a report covers: of some months, or those that begin on some days.
using System.Globalization;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>
/// From the first to the last, both included; the last is the first by default. A period that is named by a date is one of the month of that date. Asked for by
/// dates, a period counts where its first day does.
/// </summary>
internal static class ReportMonths
{
    /// <summary>What is wrong with months or dates.</summary>
    public static void CheckSpan(FieldErrors errors, string? from, string? to)
    {
        if (!LocalDateAsIso.TryParse(from ?? "", out var first, out _))
        {
            Check(errors, from, to);
            return;
        }

        if (!LocalDateAsIso.TryParse(to ?? from!, out var last, out _)) errors.Add("to", "must be a date like \"from\"");
        else if (last < first || Period.DaysBetween(first, last) > Limits.ReportMonthsMax * 31)
            errors.Add("to", $"must be 1 to {Limits.ReportMonthsMax * 31} days from the first");
    }

    /// <summary>Months in which labels may lie: with dates, one more, since a month may be named by its last day.</summary>
    public static IEnumerable<string> MonthsOf(string from, string? to) => IsDate(from) ? Labels(from[..7], MonthAfter((to ?? from)[..7])) : Labels(from, to);

    /// <summary>Whether a period that begins on a day is asked for.</summary>
    public static bool Holds(string from, string? to, LocalDate first) => !IsDate(from)
        || (string.CompareOrdinal(from, first.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)) <= 0
            && string.CompareOrdinal(first.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture), to ?? from) <= 0);

    private static bool IsDate(string from) => from.Length > "2025-05".Length;

    private static string MonthAfter(string month) => string.Create(CultureInfo.InvariantCulture, $"{(Number(month) + 1) / 12:0000}-{((Number(month) + 1) % 12) + 1:00}");

    /// <summary>What is wrong with them.</summary>
    public static void Check(FieldErrors errors, string? from, string? to)
    {
        if (from is null || !PeriodLabels.IsMonth(from)) errors.Add("from", "must be a month, like \"2025-05\"");
        if (to is not null && !PeriodLabels.IsMonth(to)) errors.Add("to", "must be a month, like \"2025-05\"");
        if (errors.IsEmpty && Count(from!, to) is < 1 or > Limits.ReportMonthsMax)
            errors.Add("to", $"must be 1 to {Limits.ReportMonthsMax} months from the first");
    }

    /// <summary>The labels, in order.</summary>
    public static IEnumerable<string> Labels(string from, string? to)
    {
        var first = Number(from);
        return Enumerable.Range(0, Count(from, to)).Select(n => string.Create(CultureInfo.InvariantCulture, $"{(first + n) / 12:0000}-{((first + n) % 12) + 1:00}"));
    }

    private static int Count(string from, string? to) => Number(to ?? from) - Number(from) + 1;

    private static int Number(string label) =>
        (int.Parse(label.AsSpan(0, 4), CultureInfo.InvariantCulture) * 12) + int.Parse(label.AsSpan(5), CultureInfo.InvariantCulture) - 1;
}
