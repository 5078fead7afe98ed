// Personal data apart from the journal: secrets of its hashes, and erasures.
using NodaTime;

namespace OrleansBilling.Storage.Privacy;

/// <summary>The journal never changes, so what is personal in it is hashed under a secret that can go.</summary>
public interface IPersonalDataStore
{
    /// <summary>The customer's secret; <paramref name="fresh"/> becomes it when there is none. Two processes at once get the same one.</summary>
    Task<byte[]> Secret(string customer, byte[] fresh, CancellationToken cancel);

    /// <summary>
    /// In one transaction: the secret goes, older versions of the customer's definition become <see cref="Erasure.Body"/>, kept answers of commands that
    /// name the customer go, and the erasure is noted. Once more does it once more.
    /// </summary>
    Task Erase(Erasure erasure, CancellationToken cancel);

    /// <summary>What was erased of a customer, oldest first.</summary>
    Task<IReadOnlyList<Erasure>> Erasures(string customer, CancellationToken cancel);
}

/// <summary>An erasure. Body: the definition without what is personal; empty where it is read back.</summary>
public sealed record Erasure(string Customer, string Body, Instant At, string Actor, string Reason);
