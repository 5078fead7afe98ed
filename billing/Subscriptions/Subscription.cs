// A customer's use of a product, with a leg per seller → buyer pair.
using NodaTime;
using OrleansBilling.Billing.Discounts;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>What a customer uses, since when, and who is charged for it.</summary>
public sealed record Subscription
{
    /// <summary>Whose it is.</summary>
    public required string Customer { get; init; }
    /// <summary>First instant of service.</summary>
    public required Instant StartsAt { get; init; }
    /// <summary>End of service (exclusive); null: open.</summary>
    public Instant? EndsAt { get; init; }
    /// <summary>
    /// When fees begin: <c>assignment</c> (default) and <c>date</c>: with <see cref="StartsAt"/>; <c>first_use</c>: with the first event's own time
    /// (domain 0.3, rule 8).
    /// </summary>
    public string? Activation { get; init; }
    /// <summary>Until then fees do not run (usage is priced as ever), and bills of providers are not commissionable (domain 0.3, rule 23).</summary>
    public Instant? TrialEndsAt { get; init; }
    /// <summary>What was sold; its legs follow from it, one per level (<see cref="Catalogue.Product"/>). Null: the legs say it all.</summary>
    public string? Product { get; init; }
    /// <summary>One per seller → buyer pair, 1 to 8; the same event is rated on every leg. May be left out with a product.</summary>
    public Leg[] Legs { get; init; } = [];
    /// <summary>
    /// The published version of the customer's catalogue that the purchase was made from; another one than is published now is refused. Needed where an
    /// agreement of the legs has a catalogue.
    /// </summary>
    public int? CatalogueVersion { get; init; }
    /// <summary>Coupons that count on it, besides those of its agreements.</summary>
    public Redemption[]? Coupons { get; init; }
    /// <summary>The buyer's number of what it ordered: it stands on the lines that are made from now on, and documents can be read by it.</summary>
    public string? PurchaseOrder { get; init; }
    /// <summary>How it is paid for.</summary>
    public Funding Funding { get; init; } = new() { Mode = "postpaid" };
    /// <summary>What commands have changed since, oldest first. Written by them alone: a body may leave it out, or repeat it as it stands.</summary>
    public SubscriptionChange[]? Changes { get; init; }
}

/// <summary>One command, as it was taken. Never edited: what held at any time can be told from all of them.</summary>
public sealed record SubscriptionChange
{
    /// <summary>Chosen by the caller; its place by default. The same again is the same.</summary>
    public string? Id { get; init; }
    /// <summary><c>cancel</c>, <c>suspend</c>, <c>resume</c>, <c>change_plan</c> or <c>prepay</c>.</summary>
    public required string Action { get; init; }
    /// <summary>From when on; now by default.</summary>
    public Instant? At { get; init; }
    /// <summary>
    /// Why. Of a suspension: <c>suspended</c> (default), <c>blocked</c>, <c>expired</c> or <c>no_funds</c>, which decides whether its days are credited.
    /// </summary>
    public string? Reason { get; init; }
    /// <summary>Change of plan, prepayment: of which leg. May be left out where there is one.</summary>
    public string? Agreement { get; init; }
    /// <summary>Change of plan: the new one.</summary>
    public string? Plan { get; init; }
    /// <summary>Prepayment: of which recurring charge. May be left out where the leg has one.</summary>
    public string? Charge { get; init; }
    /// <summary>Prepayment: of how many of its periods.</summary>
    public int? Periods { get; init; }
    /// <summary>Prepayment: a local day of the first of them; today by default.</summary>
    public LocalDate? From { get; init; }
    /// <summary>Prepayment: what was bought.</summary>
    public PrepaidSpan? Prepaid { get; init; }
    /// <summary>When it was taken.</summary>
    public Instant? RecordedAt { get; init; }
}

/// <summary>One seller → buyer pair (its agreement) and the prices of that pair.</summary>
public sealed record Leg
{
    /// <summary>The agreement.</summary>
    public required string Agreement { get; init; }
    /// <summary>The plan.</summary>
    public required string Plan { get; init; }
    /// <summary>The wallet of the agreement's buyer that pays for usage on this leg; null: as <see cref="Subscription.Funding"/> says.</summary>
    public string? Wallet { get; init; }
}

/// <summary>How a subscription is paid for.</summary>
public sealed record Funding
{
    /// <summary><c>postpaid</c>: invoiced; <c>prepaid</c>: usage is taken from a wallet before it is accepted.</summary>
    public required string Mode { get; init; }
    /// <summary>Prepaid: the wallet; it pays the legs whose buyer owns it.</summary>
    public string? Wallet { get; init; }
    /// <summary>
    /// Prepaid: what pays fees in advance of legs that have a wallet. <c>invoice</c> (default), or <c>wallet</c>: taken when they are due, and without money
    /// there is no service (domain 0.3, rule 27).
    /// </summary>
    public string? Fees { get; init; }
}
