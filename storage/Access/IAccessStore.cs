// API keys, idempotent commands and settings: small tables that the edge needs.
using NodaTime;

namespace OrleansBilling.Storage.Access;

/// <summary>API keys by their public id. Only a hash of the secret is stored.</summary>
public interface IApiKeyStore
{
    /// <summary>Stores a key; false when the id exists.</summary>
    Task<bool> Add(ApiKeyRecord key, CancellationToken cancel);

    /// <summary>By public id, or null.</summary>
    Task<ApiKeyRecord?> Get(string id, CancellationToken cancel);

    /// <summary>Revokes; false when there is no such key. One that ends later anyway ends then.</summary>
    Task<bool> Revoke(string id, Instant at, CancellationToken cancel);

    /// <summary>Keys after the cursor by id; with party, only its keys.</summary>
    Task<IReadOnlyList<ApiKeyRecord>> List(string? party, string? afterId, int limit, CancellationToken cancel);

    /// <summary>The keys by which somebody acts as a party, as <see cref="List"/>.</summary>
    Task<IReadOnlyList<ApiKeyRecord>> Sessions(string? afterId, int limit, CancellationToken cancel);
}

/// <summary>A key. Party null: the whole installation. Scopes are space-separated words of the API.</summary>
/// <param name="RevokedAt">From when on it is none, in the past or to come.</param>
/// <param name="Session">Who acts with it as the party, as JSON; null: the party itself.</param>
public sealed record ApiKeyRecord(string Id, string SecretHash, string? Party, string Scopes, string Name, Instant CreatedAt, Instant? RevokedAt,
    string? Session = null);

/// <summary>First answers of commands by (caller, key).</summary>
public interface IIdempotencyStore
{
    /// <summary>The stored answer, or null.</summary>
    Task<IdempotentAnswer?> Get(string caller, string key, CancellationToken cancel);

    /// <summary>Keeps the first answer; answers the one that stands (another's, when two came together).</summary>
    Task<IdempotentAnswer> Keep(IdempotentAnswer answer, CancellationToken cancel);

    /// <summary>Deletes answers that were kept before an instant, at most so many; returns how many.</summary>
    Task<int> Purge(Instant before, int most, CancellationToken cancel);
}

/// <summary>An answer to be repeated.</summary>
public sealed record IdempotentAnswer(string Caller, string Key, string BodyHash, int Status, string ContentType, string Body, Instant At);

/// <summary>Named values of the installation (the sandbox clock, for one).</summary>
public interface ISettingStore
{
    /// <summary>The value, or null.</summary>
    Task<string?> Get(string name, CancellationToken cancel);

    /// <summary>Sets the value.</summary>
    Task Set(string name, string value, CancellationToken cancel);
}
