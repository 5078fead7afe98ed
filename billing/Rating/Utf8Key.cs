// Dictionary keys that are looked up by their UTF-8 bytes, so that parsing an event makes no strings.
using System.IO.Hashing;
using System.Text;

namespace OrleansBilling.Billing.Rating;

/// <summary>UTF-8 bytes with value equality through <see cref="Utf8KeyComparer"/>. The default value has no bytes and equals the empty key.</summary>
public readonly struct Utf8Key(byte[] bytes)
{
    private readonly byte[]? bytes = bytes;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => bytes;

    /// <summary>The key of a string.</summary>
    public static Utf8Key Of(string text) => new(Encoding.UTF8.GetBytes(text));
}

/// <summary>Compares keys and spans by content.</summary>
public sealed class Utf8KeyComparer : IEqualityComparer<Utf8Key>, IAlternateEqualityComparer<ReadOnlySpan<byte>, Utf8Key>
{
    /// <summary>The one instance; it has no state.</summary>
    public static Utf8KeyComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(Utf8Key x, Utf8Key y) => x.Span.SequenceEqual(y.Span);

    /// <inheritdoc/>
    public int GetHashCode(Utf8Key key) => GetHashCode(key.Span);

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, Utf8Key other) => alternate.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate) => unchecked((int)XxHash3.HashToUInt64(alternate));

    /// <inheritdoc/>
    public Utf8Key Create(ReadOnlySpan<byte> alternate) => new(alternate.ToArray());
}
