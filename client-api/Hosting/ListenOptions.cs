// The options that say where HTTP is served.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary><c>--port</c> and <c>--listen</c>. Without the second one the API is for this machine only: it has no TLS of its own.</summary>
public sealed class ListenOptions
{
    /// <summary>The TCP port.</summary>
    public Option<int> Port { get; } = new("--port") { Description = "Port of HTTP.", DefaultValueFactory = _ => 8080 };

    /// <summary>The address.</summary>
    public Option<string> Listen { get; } = new("--listen")
    {
        Description = "IP address on which HTTP is served; 0.0.0.0 is every one of this machine.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    /// <summary>Refuses what is no port and what is no address.</summary>
    public ListenOptions()
    {
        Port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 65535)
                result.AddError("--port is a number from 1 to 65535.");
        });
        Listen.Validators.Add(result =>
        {
            if (!IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError("--listen is an IP address, such as 127.0.0.1 or 0.0.0.0.");
        });
    }

    /// <summary>What was said.</summary>
    public IPEndPoint Read(ParseResult parsed) => new(IPAddress.Parse(parsed.GetValue(Listen)!), parsed.GetValue(Port));

    /// <summary>How a program of this machine reaches whoever serves there.</summary>
    public static Uri UrlOf(IPEndPoint served)
    {
        var anybody = served.Address.Equals(IPAddress.Any) || served.Address.Equals(IPAddress.IPv6Any);
        return new Uri($"http://{(anybody ? new IPEndPoint(IPAddress.Loopback, served.Port) : served)}");
    }
}
