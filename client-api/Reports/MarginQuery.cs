// What a question for a margin report may say, and what is wrong with it.
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>Whose margin, when, by what.</summary>
/// <param name="Party">Partner or seller; the key's own by default.</param>
/// <param name="From">First billing period, e.g. 2025-05.</param>
/// <param name="To">Last billing period (inclusive); the first by default.</param>
/// <param name="GroupBy"><c>customer</c> (default), <c>subscription</c> or <c>none</c>.</param>
public sealed record MarginQuery([FromQuery(Name = "party")] string? Party, [FromQuery(Name = "from")] string? From,
    [FromQuery(Name = "to")] string? To, [FromQuery(Name = "group_by")] string? GroupBy)
{
    /// <summary>How its rows are cut.</summary>
    public string Grouping => GroupBy ?? "customer";

    /// <summary>What is wrong with it.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Party is not null) errors.Id("party", Party);
        if (From is null || !PeriodLabels.IsMonth(From)) errors.Add("from", "must be a month, like \"2025-05\"");
        if (To is not null && !PeriodLabels.IsMonth(To)) errors.Add("to", "must be a month, like \"2025-05\"");
        errors.OneOf("group_by", Grouping, "customer", "subscription", "none");
        if (errors.IsEmpty && Months() is < 1 or > Limits.ReportMonthsMax) errors.Add("to", $"must be 1 to {Limits.ReportMonthsMax} months from the first");
        return errors;
    }

    /// <summary>The labels asked for, in order.</summary>
    public IEnumerable<string> Labels()
    {
        var first = Number(From!);
        return Enumerable.Range(0, Months()).Select(n => string.Create(CultureInfo.InvariantCulture, $"{(first + n) / 12:0000}-{((first + n) % 12) + 1:00}"));
    }

    private int Months() => Number(To ?? From!) - Number(From!) + 1;

    private static int Number(string label) =>
        (int.Parse(label.AsSpan(0, 4), CultureInfo.InvariantCulture) * 12) + int.Parse(label.AsSpan(5), CultureInfo.InvariantCulture) - 1;
}
