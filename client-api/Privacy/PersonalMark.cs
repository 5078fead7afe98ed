// The text that stands for a personal value: of one length, so that it can be sealed where it stands.
using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansBilling.ClientApi.Privacy;

/// <summary><c>hash:</c> and 43 letters of base64url: first SHA-256 of the value, once sealed HMAC-SHA256 of those letters.</summary>
internal static class PersonalMark
{
    public const int Length = 48;

    private static ReadOnlySpan<byte> Head => "hash:"u8;

    public static void Write(ReadOnlySpan<byte> value, Span<byte> mark)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value, hash);
        Head.CopyTo(mark);
        Base64Url.EncodeToUtf8(hash, mark[Head.Length..]);
    }

    /// <summary>Replaces a mark by what only the holder of the secret can tell.</summary>
    public static void Seal(byte[] secret, Span<byte> mark)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, mark[Head.Length..], hash);
        Base64Url.EncodeToUtf8(hash, mark[Head.Length..]);
    }
}
