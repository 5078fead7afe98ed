// Who is calling: the API key of a request, the party it belongs to and what it may do.
namespace OrleansBilling.ClientApi.Access;

/// <summary>The authenticated caller, set once per request as a feature. Party null: the whole installation.</summary>
public sealed record ApiCaller(string KeyId, string? Party, Scopes Scopes)
{
    /// <summary>Whether all of these scopes were given; <see cref="Access.Scopes.Admin"/> includes every other.</summary>
    public bool May(Scopes wanted) => Scopes.HasFlag(Scopes.Admin) || Scopes.HasFlag(wanted);
}

/// <summary>What a key may do.</summary>
[Flags]
public enum Scopes
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary><c>usage:write</c>.</summary>
    UsageWrite = 1,
    /// <summary><c>usage:read</c>.</summary>
    UsageRead = 2,
    /// <summary><c>billing:read</c>.</summary>
    BillingRead = 4,
    /// <summary><c>billing:write</c>.</summary>
    BillingWrite = 8,
    /// <summary><c>admin</c>.</summary>
    Admin = 16,
}
