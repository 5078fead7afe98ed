// What a question for a margin report may say, and what is wrong with it.
using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Billing.Json;

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
        errors.OneOf("group_by", Grouping, "customer", "subscription", "none");
        ReportMonths.Check(errors, From, To);
        return errors;
    }

    /// <summary>The labels asked for, in order.</summary>
    public IEnumerable<string> Labels() => ReportMonths.Labels(From!, To);
}
