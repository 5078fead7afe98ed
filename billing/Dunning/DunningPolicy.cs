// What follows when a document is not paid: ordered steps, each at so many days from a named base.
namespace OrleansBilling.Billing.Dunning;

/// <summary>Named by agreements; what it says now counts for all of them, also for documents that are open already.</summary>
public sealed record DunningPolicy
{
    /// <summary>1 to 30, in any order; each fires once per overdue episode.</summary>
    public required DunningStep[] Steps { get; init; }
}

/// <summary>One step, at 00:00 of its day in the zone of the agreement's calendar (domain 0.3, rule 1).</summary>
public sealed record DunningStep
{
    /// <summary><c>due</c> (the due date), <c>expiry</c> (the first overdue day: due + 1) or <c>issue</c>.</summary>
    public required string Trigger { get; init; }
    /// <summary>Days behind the base, −365 to 365; below 0: before it.</summary>
    public int Days { get; init; }
    /// <summary>
    /// A message (<c>email</c>, <c>sms</c>, <c>remind</c>, <c>overdue</c>, <c>notify_admin</c>), a state of the debtor (<c>limit</c>, <c>restrict</c>,
    /// <c>freeze</c>, <c>disable</c>, <c>suspend</c>, <c>terminate</c>) or a charge (<c>late_fee</c>, <c>interest</c>).
    /// </summary>
    public required string Action { get; init; }
    /// <summary>Of a <c>late_fee</c>: what it is, net.</summary>
    public decimal? Amount { get; init; }
    /// <summary>What the message says besides.</summary>
    public string? Text { get; init; }

    /// <summary>Names the step within its policy: what has fired is remembered by it.</summary>
    public string Key => FormattableString.Invariant($"{Trigger}{Days:+0;-0;+0}:{Action}");
}

/// <summary>What late payment costs besides (domain 0.3, rule 21).</summary>
public sealed record LateInterest
{
    /// <summary>Percent a year.</summary>
    public required decimal Rate { get; init; }
    /// <summary>Once per document, with its first interest; net.</summary>
    public decimal Compensation { get; init; }
}
