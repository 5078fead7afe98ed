// What a question for a report by columns may say, and what is wrong with it.
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>Whose report, of which months, by which columns.</summary>
/// <param name="Party">The key's own by default.</param>
/// <param name="From">First billing period, e.g. 2025-05.</param>
/// <param name="To">Last billing period (inclusive); the first by default.</param>
/// <param name="GroupBy">Columns, with commas between them.</param>
/// <param name="Limit">Rows of a page.</param>
/// <param name="Cursor">The cursor of the page before.</param>
public sealed record ReportQuery([FromQuery(Name = "party")] string? Party, [FromQuery(Name = "from")] string? From, [FromQuery(Name = "to")] string? To,
    [FromQuery(Name = "group_by")] string? GroupBy, [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor)
{
    /// <summary>The columns asked for, in order.</summary>
    public IReadOnlyList<string> Columns { get; } = string.IsNullOrEmpty(GroupBy) ? [] : GroupBy.Split(',');

    /// <summary>Rows of a page.</summary>
    public int Rows => Limit is null ? Billing.Limits.ReportRowsMax : int.Parse(Limit, CultureInfo.InvariantCulture);

    /// <summary>Rows before the page.</summary>
    public int Before => Cursor is null ? 0 : int.Parse(Cursor, CultureInfo.InvariantCulture);

    /// <summary>What is wrong with it. Columns that are not <paramref name="known"/> are dimensions of meters, where <paramref name="dimensions"/>
    /// allows some.</summary>
    public FieldErrors Check(IReadOnlyList<string> known, int dimensions)
    {
        var errors = new FieldErrors();
        if (Party is not null) errors.Id("party", Party);
        ReportMonths.Check(errors, From, To);
        if (Columns.Any(string.IsNullOrEmpty) || Columns.Distinct(StringComparer.Ordinal).Count() < Columns.Count)
            errors.Add("group_by", "must be different columns with commas between them");
        else if (Columns.Count(column => !known.Contains(column)) > dimensions)
            errors.Add("group_by", "must be of " + string.Join(", ", known) + (dimensions == 0 ? "" : $", and at most {dimensions} dimensions of meters"));
        if (Limit is not null && !(int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= Billing.Limits.ReportRowsMax))
            errors.Add("limit", $"must be 1 to {Billing.Limits.ReportRowsMax}");
        if (Cursor is not null && !int.TryParse(Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            errors.Add("cursor", "must be the next_cursor of the page before");
        return errors;
    }
}
