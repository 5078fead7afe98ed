// Who has signed in to the page of the cluster: a random name in a cookie stands for a key that is asked again at each request.
using System.Security.Cryptography;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Access;

namespace OrleansBilling.Silo;

/// <summary>One per silo, in memory: who comes to another silo signs in there.</summary>
internal sealed class OperatorSessions(KeyRing keys, TimeProvider time)
{
    private const int NameBytes = 32;
    private readonly BoundedCache<string, Session> sessions = new(Limits.OperatorSessionsMax);

    /// <summary>The name for the cookie, or null: this is not the key of an operator.</summary>
    public async Task<string?> Begin(string key, CancellationToken cancel)
    {
        var header = "Bearer " + key;
        if (!await IsOperator(header, cancel))
            return null;
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
        sessions.Set(name, new Session(header, time.GetTimestamp()));
        return name;
    }

    /// <summary>Whether the name stands for a session whose key is still an operator's.</summary>
    public async Task<bool> Stands(string? name, CancellationToken cancel) =>
        name is not null && sessions.TryGet(name, out var session) && time.GetElapsedTime(session.BeganAt) < Limits.OperatorSession
        && await IsOperator(session.Header, cancel);

    private async Task<bool> IsOperator(string header, CancellationToken cancel) =>
        await keys.Authenticate(header, cancel) is { Party: null } caller && caller.May(Scopes.Admin);

    private sealed record Session(string Header, long BeganAt);
}
