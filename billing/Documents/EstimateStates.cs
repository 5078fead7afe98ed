// Where a draft stands that somebody looks at before it is issued (domain 1.4; APIC-13).
namespace OrleansBilling.Billing.Documents;

/// <summary>
/// Statuses of drafts. In progress → published (then it is an invoice), or discarded; a discarded one may be reopened until the next estimate has
/// taken its lines.
/// </summary>
public static class EstimateStates
{
    /// <summary>Nobody looks at it: it is being composed, or waits below zero.</summary>
    public const string Draft = "draft";
    /// <summary>Complete, and looked at.</summary>
    public const string InProgress = "in_progress";
    /// <summary>Being issued.</summary>
    public const string Publishing = "publishing";
    /// <summary>Not to be issued: its lines are unbilled again.</summary>
    public const string Discarded = "discarded";

    /// <summary>Below zero at the end of its agreement, and given back by credit notes (domain 0.3, rule 12).</summary>
    public const string Credited = "credited";

    private const string CarriedPrefix = "carried/";

    /// <summary>Whether somebody looks at it, or did.</summary>
    public static bool IsReviewed(string status) => status is not (Draft or Credited);

    /// <summary>Its lines stand on the draft of a later period.</summary>
    public static string CarriedInto(string period) => CarriedPrefix + period;

    /// <summary>Whether its lines stand, or will stand, on a later one.</summary>
    public static bool GoesOn(string status) => status == Discarded || status.StartsWith(CarriedPrefix, StringComparison.Ordinal);

    /// <summary>As it is answered.</summary>
    public static string Word(string status) => status.StartsWith(CarriedPrefix, StringComparison.Ordinal) ? "carried" : status;
}
