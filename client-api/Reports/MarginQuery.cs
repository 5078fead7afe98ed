// What a question for a margin report may say, and what is wrong with it.
using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Billing.Json;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>Whose margin, when, by what.</summary>
/// <param name="Party">Partner or seller; the key's own by default.</param>
/// <param name="From">First month of billing periods, e.g. 2025-05, or first day on which a billing period begins, e.g. 2025-05-05.</param>
/// <param name="To">Last month or day (inclusive); the first by default.</param>
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
        errors.OneOf("group_by", Grouping, "customer", "subscription", "none");
        ReportMonths.CheckSpan(errors, From, To);
        return errors;
    }

    /// <summary>The months in which the labels asked for lie.</summary>
    public IEnumerable<string> Months() => ReportMonths.MonthsOf(From!, To);

    /// <summary>Whether a document is asked for, and counts: what was credited counts below zero, payouts and receipts are neither revenue nor cost.</summary>
    public bool Holds(DocumentHeader document) =>
        ReportDocuments.SignOf(document) != 0 && ReportMonths.Holds(From!, To, document.PeriodFrom);
}
