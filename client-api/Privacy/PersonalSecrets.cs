// Secrets of customers, remembered for a while.
using System.Security.Cryptography;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Privacy;

namespace OrleansBilling.ClientApi.Privacy;

/// <summary>A customer has a secret from its first personal value until it is erased; after that a new one.</summary>
public sealed class PersonalSecrets(IDefinitionStore definitions, IPersonalDataStore store, TimeProvider time)
{
    private const int SecretBytes = 32;

    private readonly BoundedCache<string, Secret> known = new(Limits.PersonalSecretsKept);

    /// <summary>The secret for values of a subscription. One that nobody knows will be refused: what is made for it is kept nowhere.</summary>
    public async ValueTask<byte[]> Of(string subscription)
    {
        if (known.TryGet(subscription, out var found) && time.GetElapsedTime(found.ReadAt) < Limits.PersonalSecretFresh)
            return found.Bytes;
        var readAt = time.GetTimestamp();
        var fresh = RandomNumberGenerator.GetBytes(SecretBytes);
        if ((await definitions.Get(DefinitionKinds.Subscription, subscription, CancellationToken.None))?.Parent is not { } customer)
            return fresh;
        var secret = await store.Secret(customer, fresh, CancellationToken.None);
        known.Set(subscription, new Secret(secret, readAt));
        return secret;
    }

    /// <summary>Forgets what it knows, after an erasure in this process.</summary>
    public void Forget() => known.Clear();

    private sealed record Secret(byte[] Bytes, long ReadAt);
}
