// The months that a report covers: labels of billing periods.
using System.Globalization;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>From the first to the last, both included; the last is the first by default.</summary>
internal static class ReportMonths
{
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
