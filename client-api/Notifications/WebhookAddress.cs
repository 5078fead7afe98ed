// Where a webhook may lie: nowhere inside, unless whoever runs the server has named the host.
using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.ClientApi.Notifications;

/// <summary>Hosts that may be told although they have private addresses or no TLS: receivers inside, and tests.</summary>
public sealed record WebhookHosts(IReadOnlySet<string> Allowed)
{
    /// <summary>None: receivers are outside and speak https.</summary>
    public static WebhookHosts None => new(new HashSet<string>());

    /// <summary>Named by whoever runs the server, separated by commas.</summary>
    public static WebhookHosts Of(string? names) =>
        new((names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether a host was named.</summary>
    public bool Allows(string host) => Allowed.Contains(host);
}

/// <summary>Pure. What a name leads to is looked at again whenever a connection is made.</summary>
public static class WebhookAddress
{
    /// <summary>What is wrong with an address, or null.</summary>
    public static string? Fault(string url, WebhookHosts hosts)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Host.Length == 0 || address.Scheme is not ("https" or "http"))
            return "must be an https address";
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
            return "must have no user and no fragment";
        if (hosts.Allows(address.Host))
            return null;
        if (address.Scheme != "https")
            return "must be an https address";
        return IPAddress.TryParse(address.DnsSafeHost, out var ip) && !IsPublic(ip) ? "must be a public address" : null;
    }

    /// <summary>Whether an address is anybody's on the Internet: not this machine, not this network, nothing that is reserved.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return IsPublic(address.GetAddressBytes());
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        var bytes = address.GetAddressBytes();
        // An address of version 4 in one of version 6: mapped, translated (64:ff9b::/96) or tunnelled (2002::/16).
        if (address.IsIPv4MappedToIPv6 || bytes.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]))
            return IsPublic(bytes[12..]);
        if (bytes is [0x20, 0x02, ..])
            return IsPublic(bytes[2..6]);
        // 2000::/3 is what is given out; of it neither Teredo (2001:0::/32) nor examples (2001:db8::/32).
        return (bytes[0] & 0xE0) == 0x20 && bytes is not ([0x20, 0x01, 0x00, 0x00, ..] or [0x20, 0x01, 0x0d, 0xb8, ..]);
    }

    private static bool IsPublic(byte[] ip) => ip switch
    {
        [0 or 10 or 127, ..] or [>= 224, ..] => false,
        [100, >= 64 and <= 127, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] => false,
        [192, 0, 0 or 2, _] or [192, 88, 99, _] or [198, 18 or 19, ..] or [198, 51, 100, _] or [203, 0, 113, _] => false,
        _ => true,
    };
}
