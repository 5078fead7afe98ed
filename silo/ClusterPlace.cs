// Where a silo stands in its cluster, and the options that say so.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace OrleansBilling.Silo;

/// <summary>Silos of one cluster id on one PostgreSQL store find each other in its tables.</summary>
/// <param name="ClusterId">Name of the cluster: silos of one name belong together.</param>
/// <param name="ServiceId">Name of the service, the same over the life of the installation.</param>
/// <param name="SiloPort">TCP port for the other silos.</param>
/// <param name="GatewayPort">TCP port for clients in processes of their own.</param>
/// <param name="Advertised">The address at which the other silos reach this one.</param>
public sealed record ClusterPlace(string ClusterId, string ServiceId, int SiloPort, int GatewayPort, IPAddress Advertised);

/// <summary>Reads the place; without <c>--cluster-id</c> there is none, and the silo is alone.</summary>
internal sealed class ClusterArguments
{
    private const int NameLengthMax = 64;
    private readonly Option<string?> cluster = new("--cluster-id") { Description = "Joins the silos of this name on the same PostgreSQL (engine orleans)." };
    private readonly Option<string> service = new("--service-id") { Description = "Name of the service, never changed.", DefaultValueFactory = _ => "billing" };
    private readonly Option<int> siloPort = new("--silo-port") { Description = "Port for other silos.", DefaultValueFactory = _ => 11111 };
    private readonly Option<int> gatewayPort = new("--gateway-port") { Description = "Port for clients of the cluster.", DefaultValueFactory = _ => 30000 };
    private readonly Option<string> advertise = new("--advertise") { Description = "IP address at which other silos reach this one.",
        DefaultValueFactory = _ => "127.0.0.1" };

    /// <summary>Adds the options and what must hold between them and those of the store and the clock.</summary>
    public void AddTo(RootCommand root, Option<int> port, Option<string?> db, Option<string> clock)
    {
        foreach (var option in new Option[] { cluster, service, siloPort, gatewayPort, advertise })
            root.Options.Add(option);
        root.Validators.Add(result =>
        {
            if (result.GetValue(cluster) is not { } name)
            {
                var alone = new Option[] { service, siloPort, gatewayPort, advertise };
                foreach (var option in alone.Where(option => result.GetResult(option) is { Implicit: false }))
                    result.AddError($"{option.Name} belongs to a cluster: say --cluster-id too.");
                return;
            }

            var ports = new[] { Of(result, port), Of(result, siloPort), Of(result, gatewayPort) };
            if (!EngineSetup.HasClusters)
                result.AddError($"--cluster-id needs the engine orleans; this is the engine {EngineSetup.Name}.");
            if (result.GetValue(db) is null)
                result.AddError("--cluster-id needs --db: silos find each other in PostgreSQL.");
            if (result.GetValue(clock) == "manual")
                result.AddError("--cluster-id needs --clock system: a sandbox clock belongs to one process.");
            if (!IsName(name))
                result.AddError($"--cluster-id is 1 to {NameLengthMax} letters, digits, - and _.");
            if (!IsName(Of(result, service)))
                result.AddError($"--service-id is 1 to {NameLengthMax} letters, digits, - and _.");
            if (ports[1] is < 1 or > 65535)
                result.AddError("--silo-port is a number from 1 to 65535.");
            if (ports[2] is < 1 or > 65535)
                result.AddError("--gateway-port is a number from 1 to 65535.");
            if (ports.Distinct().Count() < ports.Length)
                result.AddError("--port, --silo-port and --gateway-port are three different ports.");
            if (!IPAddress.TryParse(Of(result, advertise), out var address) || IsAnybody(address))
                result.AddError("--advertise is the IP address of this machine, such as 10.0.0.5.");
        });
    }

    /// <summary>The place, or null when the silo is alone.</summary>
    public ClusterPlace? Read(ParseResult parsed) => parsed.GetValue(cluster) is not { } name ? null
        : new(name, parsed.GetValue(service)!, parsed.GetValue(siloPort), parsed.GetValue(gatewayPort), IPAddress.Parse(parsed.GetValue(advertise)!));

    // While options are judged, those that were not given have no value yet.
    private static T Of<T>(CommandResult result, Option<T> option) =>
        result.GetResult(option) is { Implicit: false } ? result.GetValue(option)! : (T)option.GetDefaultValue()!;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_');

    private static bool IsAnybody(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
