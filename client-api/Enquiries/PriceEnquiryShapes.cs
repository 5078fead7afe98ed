// Body and answer of a price enquiry.
using NodaTime;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Enquiries;

/// <summary>Usage that may happen.</summary>
public sealed record PriceEnquiryRequest
{
    /// <summary>Which subscription would use it.</summary>
    public required string Subscription { get; init; }
    /// <summary>What would be counted.</summary>
    public required string Meter { get; init; }
    /// <summary>How much, above 0; 1 when missing.</summary>
    public decimal Quantity { get; init; } = 1;
    /// <summary>What prices match on.</summary>
    public Dictionary<string, string> Dimensions { get; init; } = [];
    /// <summary>When; now when missing. Prices are those of that time, on top of what is counted now.</summary>
    public Instant? Time { get; init; }
}

/// <summary>What it would cost. Nothing is charged or reserved.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Accepted">Whether it would be taken if it were sent now.</param>
/// <param name="Code">Why not, in the words of usage.</param>
/// <param name="LimitingLevel">Whose wallet or packages have too little.</param>
/// <param name="Legs">Part by part, of legs in which the caller sells or buys.</param>
/// <param name="AsOf">All that was durable until then counts before it.</param>
public sealed record PriceEnquiryShape(string Subscription, bool Accepted, string? Code, string? LimitingLevel, IReadOnlyList<PricedPartShape> Legs,
    Instant AsOf);

/// <summary>A part of the price on one leg.</summary>
/// <param name="Kind">usage, allowance (packages pay for it) or surcharge (added to the price).</param>
/// <param name="Quantity">Units.</param>
/// <param name="UnitPrice">Price of one, where one price makes the amount; tiers and included units may leave none.</param>
/// <param name="Amount">Exact.</param>
/// <param name="Fallback">True: the network has no price of its own, this is the default of its country.</param>
public sealed record PricedPartShape(string Agreement, string Plan, int PlanVersion, string Charge, string Kind, string Quantity, string? UnitPrice,
    ExactMoney Amount, bool? Fallback);
