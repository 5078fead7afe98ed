// How an API key is written: obk_live_<id>_<secret><checksum>.
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.ClientApi.Access;

/// <summary>
/// Secret: 32 characters of base62 (190 bits). Checksum: CRC-32 of all before it in 6 characters of base62, so that a scanner knows a leaked
/// key, and a mistyped one is refused, without a look-up. Only a hash of the secret is stored.
/// </summary>
public sealed record ApiKeyText
{
    private const string Prefix = "obk_live_";
    private const int SecretLength = 32;
    private const int ChecksumLength = 6;
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private ApiKeyText(string id, string secret) => (Id, Secret) = (id, secret);

    /// <summary>Public part.</summary>
    public string Id { get; }

    private string Secret { get; }

    /// <summary>A new key with this id, or with a random one.</summary>
    public static ApiKeyText Create(string? id = null) =>
        new(id ?? RandomNumberGenerator.GetString(Base62, 12), RandomNumberGenerator.GetString(Base62, SecretLength));

    /// <summary>Reads one; false when it cannot be a key.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        var end = text.LastIndexOf('_');
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || end <= Prefix.Length || text.Length - end - 1 != SecretLength + ChecksumLength)
            return false;
        if (!Checksum(text[..^ChecksumLength]).AsSpan().SequenceEqual(text.AsSpan(text.Length - ChecksumLength)))
            return false;
        key = new ApiKeyText(text[Prefix.Length..end], text.Substring(end + 1, SecretLength));
        return true;
    }

    /// <summary>SHA-256 of the secret, as stored: it is random enough that a slow hash would add nothing.</summary>
    public string SecretHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));

    /// <summary>Compares in constant time.</summary>
    public bool Matches(string secretHash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(SecretHash), Encoding.UTF8.GetBytes(secretHash));

    /// <summary>The key itself, to be shown once.</summary>
    public string Reveal()
    {
        var text = $"{Prefix}{Id}_{Secret}";
        return text + Checksum(text);
    }

    /// <summary>Never the secret: this is what ends up in logs.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";

    private static string Checksum(string text)
    {
        var rest = Crc32.HashToUInt32(Encoding.UTF8.GetBytes(text));
        return string.Create(ChecksumLength, rest, static (span, value) =>
        {
            for (var i = span.Length - 1; i >= 0; i--, value /= 62) span[i] = Base62[(int)(value % 62)];
        });
    }
}
