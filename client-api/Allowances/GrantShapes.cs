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
    /// <summary>
    /// What happens to units that are left at expires_at. none: they are gone. one_period: they last until the end of the billing period after the one in which
    /// it expires, and are used first then. unlimited: until they are used.
    /// </summary>
    public string Rollover { get; init; } = "none";
}

/// <summary>A package, or included units of a plan that outlast their period: carried over, or of months that were paid ahead together.</summary>
/// <param name="Id">Its id; of units that a plan gave <c>rollover/</c> or <c>pool/</c> and a number.</param>
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
/// <param name="State">scheduled, active, exhausted, rolled_over (expired, and usable still), expired, or forfeited by a change to a smaller plan.</param>
/// <param name="Rollover">none, one_period or unlimited.</param>
/// <param name="UsableUntil">End of the events that it covers, rollover and forfeit included; null: none.</param>
/// <param name="Source">package, rollover, or pool (of months that were paid ahead together).</param>
/// <param name="FromPeriod">Of units that were carried over: the period that left them.</param>
/// <param name="FromCharge">Of units that were carried over: the charge that included them.</param>
/// <param name="CarriedOn">Units of it that went on into a later period.</param>
public sealed record GrantShape(string Id, string Agreement, string Meter, string Quantity, string Used, string Held, string Remaining, ExactMoney? Price,
    Instant GrantedAt, Instant StartsAt, Instant? ExpiresAt, int Priority, string OnExhausted, ExactMoney? Limit, string State, string Rollover,
    Instant? UsableUntil, string Source, string? FromPeriod, string? FromCharge, string CarriedOn);

/// <summary>What is left of a package, or of units that were carried over.</summary>
/// <param name="Grant">Its id.</param>
/// <param name="Agreement">Agreement of the leg.</param>
/// <param name="Meter">What it covers.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Used">Units that stand used.</param>
/// <param name="Held">Units that holds keep.</param>
/// <param name="Remaining">Units that are left.</param>
/// <param name="ExpiresAt">End of the events that it covers.</param>
/// <param name="Priority">Lower is used first.</param>
/// <param name="OnExhausted">stop, overage or overage_up_to.</param>
/// <param name="State">scheduled, active, exhausted, rolled_over, expired or forfeited.</param>
/// <param name="Source">package, rollover, or pool (of months that were paid ahead together).</param>
/// <param name="UsableUntil">End of the events that it covers, rollover and forfeit included; null: none.</param>
public sealed record AllowanceView(string Grant, string Agreement, string Meter, string Quantity, string Used, string Held, string Remaining,
    Instant? ExpiresAt, int Priority, string OnExhausted, string State, string Source, Instant? UsableUntil);
