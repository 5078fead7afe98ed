// What a question for usage may say, and what is wrong with it.
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Which usage.</summary>
/// <param name="Period"><c>current</c> (default), a label like 2025-05, or local dates like 2025-05-03..2025-05-10, both included.</param>
/// <param name="Consistency"><c>exact</c>: asked of every subscription, and true to the last durable event. Default: a party with many subscriptions
/// answers from sums that are true as of <c>as_of</c>; everything else is exact anyway.</param>
/// <param name="GroupBy"><c>charge</c>: legs by charge as well. Dimensions of meters, like <c>country,mccmnc</c>: each meter by their values.</param>
public sealed record UsageQuery([FromQuery(Name = "period")] string? Period, [FromQuery(Name = "consistency")] string? Consistency,
    [FromQuery(Name = "group_by")] string? GroupBy)
{
    private const string Current = "current";
    private const string Charge = "charge";
    private const string Between = "..";

    /// <summary>The question, or what is wrong with it. A stream tells periods only, and by charge at most.</summary>
    public (UsageQuestion? Question, Problem? Problem) Read(string kind, string id, bool isStream = false)
    {
        var errors = new FieldErrors();
        var dates = Dates(isStream, errors);
        var period = string.IsNullOrEmpty(Period) || Period == Current || Period.Contains(Between, StringComparison.Ordinal) ? null : Period;
        if (period is not null && !PeriodLabels.IsLabel(period))
            errors.Add("period", "must be \"current\", the label of a period, like \"2025-05\", or dates, like \"2025-05-03..2025-05-10\"");
        if (Consistency is not (null or "" or "exact"))
            errors.Add("consistency", "must be \"exact\", or be left out");
        var dimensions = Dimensions(isStream, errors);
        return errors.IsEmpty
            ? (new UsageQuestion(kind, id, period, Consistency == "exact", GroupBy == Charge, dates, dimensions), null)
            : (null, Problems.Invalid(errors));
    }

    private UsageDates? Dates(bool isStream, FieldErrors errors)
    {
        if (Period?.Split(Between) is not { Length: > 1 } parts)
            return null;
        if (isStream)
            errors.Add("period", "cannot be dates in a stream");
        else if (parts.Length != 2 || Date(parts[0]) is not { } from || Date(parts[1]) is not { } to)
            errors.Add("period", "must be two dates, like \"2025-05-03..2025-05-10\"");
        else if (from > to)
            errors.Add("period", "must not end before it begins");
        else if (LocalDays.Count(from, to) > Limits.UsageDaysMax)
            errors.Add("period", $"must have at most {Limits.UsageDaysMax} days");
        else
            return new UsageDates(from, to);
        return null;
    }

    // Years as in labels: no date near the ends of the calendar.
    private static LocalDate? Date(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true } date && date.Value.Year is >= 1900 and <= 2999 ? date.Value : null;

    private string[] Dimensions(bool isStream, FieldErrors errors)
    {
        if (GroupBy is null or "" or Charge)
            return [];
        var names = GroupBy.Split(',');
        if (isStream)
            errors.Add("group_by", "must be \"charge\" in a stream, or be left out");
        else if (names.Contains(Charge))
            errors.Add("group_by", "must be \"charge\" alone, or dimensions");
        else if (names.Length > Limits.UsageDimensionsMax)
            errors.Add("group_by", $"must be at most {Limits.UsageDimensionsMax} dimensions");
        else if (names.Any(string.IsNullOrEmpty) || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
            errors.Add("group_by", "must be different dimensions with commas between them");
        return names;
    }
}

/// <summary>Whose usage, of which period.</summary>
/// <param name="Period">Label; null: of now, or of <paramref name="Dates"/>.</param>
/// <param name="Exact">Asked of the subscriptions themselves.</param>
/// <param name="ByCharge">Legs are told by charge as well.</param>
/// <param name="Dates">Days by the events' own time.</param>
/// <param name="Dimensions">Meters are told by the values of these as well.</param>
public sealed record UsageQuestion(string Kind, string Id, string? Period, bool Exact, bool ByCharge, UsageDates? Dates = null,
    IReadOnlyList<string>? Dimensions = null)
{
    /// <summary>Whether only the journal knows.</summary>
    public bool IsOfJournal => Dates is not null || Dimensions is { Count: > 0 };
}

/// <summary>The question is well said but cannot be answered; nothing was cut.</summary>
public sealed class UsageRefusedException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>What is answered instead.</summary>
    public Problem Problem => problem;
}
