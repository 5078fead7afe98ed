// How what is told to a webhook is signed, with the names and forms of the Standard Webhooks specification.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Billing.Notifications;

/// <summary>A receiver's secret: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
public static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int LengthMin = 24;
    private const int LengthMax = 64;

    /// <summary>As it is written.</summary>
    public static string Of(ReadOnlySpan<byte> secret) => Prefix + Convert.ToBase64String(secret);

    /// <summary>Its bytes; false: it is none.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = null;
        var bytes = new byte[LengthMax];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length)
            || length < LengthMin)
            return false;
        secret = bytes[..length];
        return true;
    }
}

/// <summary>Pure: the same message signed again is the same signature.</summary>
public static class WebhookSignature
{
    /// <summary>Header of the message's id: the receiver's key for taking it once.</summary>
    public const string IdHeader = "webhook-id";
    /// <summary>Header of the seconds since 1970 UTC at which this attempt was made.</summary>
    public const string TimestampHeader = "webhook-timestamp";
    /// <summary>Header of the signature.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary><c>v1,</c> and the HMAC-SHA256 of id, timestamp and body, separated by full stops.</summary>
    public static string Of(ReadOnlySpan<byte> secret, string id, long timestamp, string body)
    {
        if (id.Contains('.', StringComparison.Ordinal))
            throw new ArgumentException("An id with a full stop could be read in two ways.", nameof(id));
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(signed)));
    }
}
