// Body and answers of packages.
using NodaTime;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Allowances;

/// <summary>Grants a package of units to one leg of a subscription.</summary>
public sealed record GrantBody
{
    /// <summary>Chosen by the caller; the same id with the same content is the same grant.</summary>
    public required string Id { get; init; }
    /// <summary>The agreement of the leg; may be left out where there is only one that the key may grant on.</summary>
    public string? Agreement { get; init; }
    /// <summary>The meter that it covers.</summary>
    public required string Meter { get; init; }
    /// <summary>Units, above 0.</summary>
    public required decimal Quantity { get; init; }
    /// <summary>For all of it, net, in the currency of the leg's plan; 0: free. Taken from the leg's wallet at once, or on the period's document.</summary>
    public required decimal Price { get; init; }
    /// <summary>It covers events from here on; the start of the billing period of now when missing.</summary>
    public Instant? StartsAt { get; init; }
    /// <summary>It covers events before this; no end when missing.</summary>
    public Instant? ExpiresAt { get; init; }
    /// <summary>Lower is used first; then what expires sooner, then what is older. -1000 to 1000.</summary>
    public int Priority { get; init; }
    /// <summary>stop: what is not covered in full is refused. overage: the plan prices the rest. overage_up_to: the same, up to the limit.</summary>
    public string OnExhausted { get; init; } = "stop";
    /// <summary>With overage_up_to: what the plan may charge for the meter in one billing period.</summary>
    public decimal? Limit { get; init; }
    /// <summary>none.</summary>
    public string Rollover { get; init; } = "none";
}

/// <summary>A package.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Agreement">Agreement of the leg.</param>
/// <param name="Meter">What it covers.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Used">Units that stand used.</param>
/// <param name="Held">Units that holds keep.</param>
/// <param name="Remaining">Units that are left.</param>
/// <param name="Price">For all of it; null when the subscription has no such leg any more.</param>
/// <param name="GrantedAt">When it was granted.</param>
/// <param name="StartsAt">First instant of the events that it covers.</param>
/// <param name="ExpiresAt">End of the events that it covers.</param>
/// <param name="Priority">Lower is used first.</param>
/// <param name="OnExhausted">stop, overage or overage_up_to.</param>
/// <param name="Limit">With overage_up_to.</param>
/// <param name="State">scheduled, active, exhausted or expired.</param>
public sealed record GrantShape(string Id, string Agreement, string Meter, string Quantity, string Used, string Held, string Remaining, ExactMoney? Price,
    Instant GrantedAt, Instant StartsAt, Instant? ExpiresAt, int Priority, string OnExhausted, ExactMoney? Limit, string State);

/// <summary>What is left of a package.</summary>
/// <param name="Grant">Id of the package.</param>
/// <param name="Agreement">Agreement of the leg.</param>
/// <param name="Meter">What it covers.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Used">Units that stand used.</param>
/// <param name="Held">Units that holds keep.</param>
/// <param name="Remaining">Units that are left.</param>
/// <param name="ExpiresAt">End of the events that it covers.</param>
/// <param name="Priority">Lower is used first.</param>
/// <param name="OnExhausted">stop, overage or overage_up_to.</param>
/// <param name="State">scheduled, active, exhausted or expired.</param>
public sealed record AllowanceView(string Grant, string Agreement, string Meter, string Quantity, string Used, string Held, string Remaining,
    Instant? ExpiresAt, int Priority, string OnExhausted, string State);
