// API keys as asked for and as told: the key itself is told once.
using NodaTime;
using OrleansBilling.Storage.Access;

namespace OrleansBilling.ClientApi.Access;

/// <summary>A new key.</summary>
public sealed record ApiKeyRequest
{
    /// <summary>Public part of the key; a random one by default.</summary>
    public string? Id { get; init; }
    /// <summary>What it is for, in the caller's words.</summary>
    public required string Name { get; init; }
    /// <summary>The party it belongs to: it sees that party's subtree and nothing else. Absent: the whole installation.</summary>
    public string? Party { get; init; }
    /// <summary><c>usage:write</c>, <c>usage:read</c>, <c>billing:read</c>, <c>billing:write</c>, <c>admin</c> (includes all).</summary>
    public required string[] Scopes { get; init; }
}

/// <summary>A key.</summary>
/// <param name="Id">Public part.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Party">The party it belongs to; absent: the whole installation.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="Key">The key itself: told when it is made, and never again.</param>
public sealed record ApiKeyView(string Id, string Name, string[] Scopes, Instant CreatedAt, string? Party = null, Instant? RevokedAt = null, string? Key = null)
{
    /// <summary>Of a stored key.</summary>
    public static ApiKeyView Of(ApiKeyRecord record, string? key = null) =>
        new(record.Id, record.Name, record.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries), record.CreatedAt, record.Party, record.RevokedAt, key);
}
