// The parties: sellers issue documents, partners resell, customers use.
namespace OrleansBilling.Billing.Parties;

/// <summary>A legal entity that issues documents: number series, currency, time zone, bank account, tax ids.</summary>
public sealed record Seller
{
    /// <summary>Legal name, printed on documents.</summary>
    public required string Name { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }
    /// <summary>ISO 4217; the default of what it sells.</summary>
    public required string Currency { get; init; }
    /// <summary>IANA zone; dates the number series.</summary>
    public required string TimeZone { get; init; }
    /// <summary>VAT identifier with its country prefix.</summary>
    public string? VatId { get; init; }
    /// <summary>ISO 13616.</summary>
    public string? Iban { get; init; }
    /// <summary>Lines of the postal address, as printed.</summary>
    public string[]? Address { get; init; }
    /// <summary>Start of its document numbers; the upper-cased id by default. Stays its own for ever: no other party's numbers may begin like this.</summary>
    public string? NumberPrefix { get; init; }
}

/// <summary>A party that resells or refers.</summary>
public sealed record Partner
{
    /// <summary>Legal name.</summary>
    public required string Name { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }
    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }
    /// <summary>Where invoices go.</summary>
    public string? BillingEmail { get; init; }
    /// <summary>VAT identifier with its country prefix.</summary>
    public string? VatId { get; init; }
    /// <summary>Lines of the postal address, as printed.</summary>
    public string[]? Address { get; init; }
    /// <summary>IANA zone for its own views; the calendar's zone decides periods.</summary>
    public string? TimeZone { get; init; }
    /// <summary>The partner that it belongs to; null: it stands directly below the operator.</summary>
    public string? Parent { get; init; }
    /// <summary>Who brings customers with this code sees their account data; nobody else's, and it stays for ever. Null: it refers nobody.</summary>
    public string? ResellerCode { get; init; }
}

/// <summary>An end party.</summary>
public sealed record Customer
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }
    /// <summary>The partner that it belongs to; null: the operator's own customer.</summary>
    public string? Partner { get; init; }
    /// <summary>Code of the partner that brought it: a tag and no parent, so that partner is neither billed for it nor sees its usage (domain 1.4).</summary>
    public string? ResellerCode { get; init; }
    /// <summary><c>organization</c> or <c>individual</c>.</summary>
    public string Kind { get; init; } = "organization";
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }
    /// <summary>ISO 4217.</summary>
    public string? Currency { get; init; }
    /// <summary>Where documents go.</summary>
    public string? BillingEmail { get; init; }
    /// <summary>VAT identifier with its country prefix.</summary>
    public string? VatId { get; init; }
    /// <summary>Lines of the postal address, as printed.</summary>
    public string[]? Address { get; init; }
}
