// What a provider sends to bill a customer: once, or again and again.
using NodaTime;

namespace OrleansBilling.Billing.Bills;

/// <summary>An amount that a provider bills a customer for (domain 1.2).</summary>
public sealed record BillRequest
{
    /// <summary>Chosen by the provider; the same id with the same content is the same bill.</summary>
    public required string Id { get; init; }
    /// <summary>Who is billed.</summary>
    public required string Customer { get; init; }
    /// <summary>More than 0, net, with no more digits than the currency has.</summary>
    public required decimal Amount { get; init; }
    /// <summary>ISO 4217; the provider's when missing.</summary>
    public string? Currency { get; init; }
    /// <summary>As printed on the invoice.</summary>
    public required string Description { get; init; }
    /// <summary>How many units the amount is for, more than 0, two digits after the point; 1 when missing.</summary>
    public decimal Units { get; init; } = 1;
    /// <summary>Days that it is for; printed when both are given.</summary>
    public BilledDays? Period { get; init; }
    /// <summary>Whether it is shared by the agreement. False: all of it is the provider's (third party).</summary>
    public bool Commissionable { get; init; } = true;
}

/// <summary>A bill that comes again by itself.</summary>
public sealed record RecurringBillRequest
{
    /// <summary>Chosen by the provider; the same id with the same content is the same recurring bill.</summary>
    public required string Id { get; init; }
    /// <summary>Who is billed.</summary>
    public required string Customer { get; init; }
    /// <summary>Of each bill; more than 0, net, with no more digits than the currency has.</summary>
    public required decimal Amount { get; init; }
    /// <summary>ISO 4217; the provider's when missing.</summary>
    public string? Currency { get; init; }
    /// <summary>As printed on the invoice.</summary>
    public required string Description { get; init; }
    /// <summary>Whether its bills are shared by the agreement.</summary>
    public bool Commissionable { get; init; } = true;
    /// <summary><c>day</c>, <c>week</c>, <c>semi_month</c> (the 1st and the 15th), <c>month</c> (default) or <c>year</c>.</summary>
    public string Every { get; init; } = "month";
    /// <summary>Every how many of these; together a year at most. 1 when missing.</summary>
    public int Frequency { get; init; } = 1;
    /// <summary>How many bills; endless when missing.</summary>
    public int? Cycles { get; init; }
    /// <summary>When the first one falls due; now when missing. Not in the past, but for an hour.</summary>
    public Instant? StartsAt { get; init; }
    /// <summary>Billed once at once, under "Initial: …"; nothing when missing.</summary>
    public decimal InitialAmount { get; init; }
}

/// <summary>First and last day.</summary>
public sealed record BilledDays
{
    /// <summary>First day.</summary>
    public LocalDate? From { get; init; }
    /// <summary>Last day (inclusive).</summary>
    public LocalDate? To { get; init; }
}
