// What partners sell: a name for the plans of each level, who may write it and who may sell it.
namespace OrleansBilling.Billing.Catalogue;

/// <summary>A subscription that names a product has a leg per level: seller → partner, partner → partner below it, partner → customer.</summary>
public sealed record Product
{
    /// <summary>Printed name; the id by default.</summary>
    public string? Name { get; init; }
    /// <summary>Who may write it: a seller (then the operator does) or a partner.</summary>
    public required string ManagedBy { get; init; }
    /// <summary>Partners that may sell it, each with all partners below it. Who manages it may in any case.</summary>
    public string[] SharedWith { get; init; } = [];
    /// <summary>"Can be applied more than once": off, a partner that pays a fee for it has it for one account at a time.</summary>
    public bool Multiple { get; init; }
    /// <summary>The plans of its levels.</summary>
    public required ProductPlans Plans { get; init; }
}

/// <summary>Who pays by which plan, unless the seller of the level has a price of its own.</summary>
public sealed record ProductPlans
{
    /// <summary>The customer; null: it is not billed for the product.</summary>
    public string? Account { get; init; }
    /// <summary>Each partner above it, for each account that has the product; null: none of them pays.</summary>
    public string? Reseller { get; init; }
}

/// <summary>What one partner takes for a product that it did not make, instead of the product's plans.</summary>
public sealed record ProductPrice
{
    /// <summary>From its customers; null: as the product says.</summary>
    public string? Account { get; init; }
    /// <summary>From the partners below it; null: as the product says.</summary>
    public string? Reseller { get; init; }
}

/// <summary>Which subscription a partner's single instance of a product belongs to (<see cref="Product.Multiple"/> off).</summary>
public sealed record ProductUse
{
    /// <summary>The subscription.</summary>
    public required string Subscription { get; init; }
}
