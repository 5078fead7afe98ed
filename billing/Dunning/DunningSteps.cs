// On which day a step falls for a document.
using NodaTime;

namespace OrleansBilling.Billing.Dunning;

/// <summary>An invoice that is owed, as dunning looks at it.</summary>
/// <param name="Outstanding">Gross, above 0.</param>
public sealed record OwedDocument(string Number, LocalDate IssueDate, LocalDate DueDate, decimal Outstanding)
{
    /// <summary>Whether its due date has passed.</summary>
    public bool IsOverdue(LocalDate today) => today > DueDate;
}

/// <summary>Dates of steps (domain 0.3, rule 1).</summary>
public static class DunningSteps
{
    /// <summary>The day of a step. Nobody loses anything before the first overdue day.</summary>
    public static LocalDate DateOf(DunningStep step, OwedDocument document)
    {
        var date = step.Trigger switch
        {
            "issue" => document.IssueDate.PlusDays(step.Days),
            "expiry" => document.DueDate.PlusDays(1 + step.Days),
            _ => document.DueDate.PlusDays(step.Days),
        };
        return DunningActions.IsMessage(step.Action) ? date : LocalDate.Max(date, document.DueDate.PlusDays(1));
    }

    /// <summary>Whether it belongs to one document: before that is overdue there is no episode, and charges and collection are of a document.</summary>
    public static bool IsOfDocument(DunningStep step, OwedDocument document) =>
        DunningActions.IsOfDocument(step.Action) || DateOf(step, document) <= document.DueDate;
}
