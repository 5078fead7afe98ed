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
    /// <summary>How it is paid for.</summary>
    public Funding Funding { get; init; } = new() { Mode = "postpaid" };
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
}
