// A provider: it pushes bills for its application, and is paid its share of them.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Parties;

/// <summary>An application provider (domain 1.2). Whoever sells its bills pays it; it bills nobody itself.</summary>
public sealed record Provider
{
    /// <summary>Legal name.</summary>
    public required string Name { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }
    /// <summary>ISO 4217; of its bills that name none.</summary>
    public required string Currency { get; init; }
    /// <summary>The marketplace (a partner) that its application belongs to: it may bill customers below that one alone. Null: of all.</summary>
    public string? Partner { get; init; }
    /// <summary>Where payout statements go.</summary>
    public string? BillingEmail { get; init; }
    /// <summary>VAT identifier with its country prefix.</summary>
    public string? VatId { get; init; }
    /// <summary>Where it is paid (ISO 13616).</summary>
    public string? Iban { get; init; }
    /// <summary>Lines of the postal address, as printed.</summary>
    public string[]? Address { get; init; }
}
