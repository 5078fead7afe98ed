// Reseller codes: which partner a code belongs to, and which customers were brought with it.
namespace OrleansBilling.Billing.Parties;

/// <summary>A published code. Written with the partner in one transaction, so that two partners never have the same one; it never goes.</summary>
public sealed record ResellerCode
{
    /// <summary>Whose it is.</summary>
    public required string Partner { get; init; }
}

/// <summary>
/// A customer carries a code. Stands beside the customer, under the partner, so that the partner's customers are found by it. Its versions are the tags that
/// the customer has had.
/// </summary>
public sealed record ResellerTag
{
    /// <summary>The code; null: none any more.</summary>
    public string? Code { get; init; }
    /// <summary>Why it was changed; null: it came with the customer.</summary>
    public string? Reason { get; init; }
}
