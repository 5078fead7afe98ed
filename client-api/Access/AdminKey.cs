// The operator's own key from the environment: any text, held as a hash.
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.ClientApi.Access;

/// <summary>Given to <see cref="ClientApiSetup.AddBillingApi"/> at start; it may do everything and is never stored.</summary>
public sealed class AdminKey
{
    /// <summary>Id under which its commands are recorded; no stored key can have it, for the slash is in no id.</summary>
    public const string KeyId = "environment/admin";

    /// <summary>No such key.</summary>
    public static readonly AdminKey None = new(null);

    private readonly byte[]? hash;

    private AdminKey(byte[]? hash) => this.hash = hash;

    /// <summary>Of a text; null or blank: none.</summary>
    public static AdminKey Of(string? text) => string.IsNullOrWhiteSpace(text) ? None : new(Hash(text.Trim()));

    /// <summary>Compares in constant time.</summary>
    public bool Matches(string text) => hash is not null && CryptographicOperations.FixedTimeEquals(hash, Hash(text));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
