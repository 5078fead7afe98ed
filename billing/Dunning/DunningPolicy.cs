// What follows when a document is not paid or a balance falls: ordered steps, each at so many days from a named base, or by an amount.
namespace OrleansBilling.Billing.Dunning;

/// <summary>Named by agreements; what it says now counts for all of them, also for documents that are open already.</summary>
public sealed record DunningPolicy
{
    /// <summary>1 to 30, in any order; each fires once per overdue episode.</summary>
    public required DunningStep[] Steps { get; init; }
}

/// <summary>
/// One step: at 00:00 of its day in the zone of the agreement's calendar (domain 0.3, rule 1), or as soon as an amount is passed (domain 3.4).
/// </summary>
public sealed record DunningStep
{
    /// <summary>
    /// <c>due</c> (the due date), <c>expiry</c> (the first overdue day: due + 1) or <c>issue</c>; <c>overdue</c>: more than <c>above</c> is overdue;
    /// <c>balance</c>: the service balance falls below <c>below</c>, or below <c>below_percent</c> of the credit limit (domain 0.3, rule 26).
    /// </summary>
    public required string Trigger { get; init; }
    /// <summary>Days behind the base, −365 to 365; below 0: before it.</summary>
    public int Days { get; init; }
    /// <summary>Of <c>overdue</c>: gross of everything that is overdue; 0 or more.</summary>
    public decimal? Above { get; init; }
    /// <summary>Of <c>balance</c>: an amount; below zero is allowed.</summary>
    public decimal? Below { get; init; }
    /// <summary>Of <c>balance</c>: percent of the credit limit, −1000 to 1000. A balance without the limit of −80 % of it is one of 20.</summary>
    public int? BelowPercent { get; init; }
    /// <summary>
    /// A message (<c>email</c>, <c>sms</c>, <c>remind</c>, <c>overdue</c>, <c>notify_admin</c>), a state of the debtor (<c>limit</c>, <c>restrict</c>,
    /// <c>freeze</c>, <c>disable</c>, <c>suspend</c>, <c>terminate</c>), a charge (<c>late_fee</c>, <c>interest</c>), or <c>collect</c>: what is
    /// outstanding of an invoice that is charged to a card is asked for once more.
    /// </summary>
    public required string Action { get; init; }
    /// <summary>Of a <c>late_fee</c>: what it is, net.</summary>
    public decimal? Amount { get; init; }
    /// <summary>What the message says besides.</summary>
    public string? Text { get; init; }

    /// <summary>Names the step within its policy: what has fired is remembered by it.</summary>
    public string Key => Trigger switch
    {
        DunningTriggers.Overdue => FormattableString.Invariant($"overdue>{Above:0.##########}:{Action}"),
        DunningTriggers.Balance when BelowPercent is { } percent => FormattableString.Invariant($"balance<{percent}%:{Action}"),
        DunningTriggers.Balance => FormattableString.Invariant($"balance<{Below:0.##########}:{Action}"),
        _ => FormattableString.Invariant($"{Trigger}{Days:+0;-0;+0}:{Action}"),
    };
}

/// <summary>What late payment costs besides (domain 0.3, rule 21).</summary>
public sealed record LateInterest
{
    /// <summary>Percent a year.</summary>
    public required decimal Rate { get; init; }
    /// <summary>Once per document, with its first interest; net.</summary>
    public decimal Compensation { get; init; }
}
