// Who is behind an Authorization header, remembered for a second so that thousands of requests a second cost one look-up.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Storage.Access;

namespace OrleansBilling.ClientApi.Access;

/// <summary>Authenticates; one per process.</summary>
public sealed class KeyRing(IApiKeyStore keys, AdminKey admin, TimeProvider time)
{
    // Fixed, so that two processes on an empty store make one key and not two.
    private const string FirstKeyId = "admin";
    private const string Scheme = "Bearer ";

    private readonly BoundedCache<string, Entry> entries = new(Limits.KeyCacheMax);

    /// <summary>The caller, or null: no key, a wrong one or a revoked one.</summary>
    public ValueTask<ApiCaller?> Authenticate(string? header, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(header) || header.Length > Limits.HeaderLengthMax)
            return new((ApiCaller?)null);
        if (!entries.TryGet(header, out var entry))
            return LookUp(header, cancel);
        var age = time.GetElapsedTime(entry.ReadAt);
        if (age < Limits.KeyFresh)
            return new(entry.Caller);
        // One request looks again; the others go on with what was known, but not for long.
        var mustLook = Interlocked.Exchange(ref entry.Refreshing, 1) == 0 || age >= Limits.KeyStale;
        return mustLook ? LookUp(header, cancel) : new(entry.Caller);
    }

    /// <summary>Forgets what it knows, after a revocation in this process.</summary>
    public void Forget() => entries.Clear();

    /// <summary>Makes the first key of an installation; its text when it is new, else null. With a key from the environment there is none to make.</summary>
    public async Task<string?> EnsureAdminKey(CancellationToken cancel)
    {
        if (admin != AdminKey.None)
            return null;
        var key = ApiKeyText.Create(FirstKeyId);
        var record = new ApiKeyRecord(key.Id, key.SecretHash, null, ScopeNames.Write(Scopes.Admin), "First key", Now, null);
        return await keys.Add(record, cancel) ? key.Reveal() : null;
    }

    /// <summary>The machine's time, whatever a sandbox clock says; in µs, as the stores keep it, so that the first answer and later ones agree.</summary>
    public Instant Now => Micros.Instant(Micros.Of(Instant.FromDateTimeOffset(time.GetUtcNow())));

    private async ValueTask<ApiCaller?> LookUp(string header, CancellationToken cancel)
    {
        var readAt = time.GetTimestamp();
        var caller = await Find(header, cancel);
        entries.Set(header, new Entry(caller, readAt));
        return caller;
    }

    private async ValueTask<ApiCaller?> Find(string header, CancellationToken cancel)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var text = header[Scheme.Length..].Trim();
        if (admin.Matches(text))
            return new ApiCaller(AdminKey.KeyId, null, Scopes.Admin);
        if (!ApiKeyText.TryRead(text, out var key) || await keys.Get(key.Id, cancel) is not { } record)
            return null;
        return key.Matches(record.SecretHash) && (record.RevokedAt is null || record.RevokedAt > Now)
            ? new ApiCaller(record.Id, record.Party, ScopeNames.Read(record.Scopes))
            : null;
    }

    private sealed class Entry(ApiCaller? caller, long readAt)
    {
        public int Refreshing;

        public ApiCaller? Caller { get; } = caller;

        public long ReadAt { get; } = readAt;
    }
}
