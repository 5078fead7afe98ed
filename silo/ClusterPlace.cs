// Where a silo stands in its cluster, and the options that say so.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using OrleansBilling.ClientApi.Hosting;

namespace OrleansBilling.Silo;

/// <summary>Silos of one cluster id on one PostgreSQL store find each other in its tables.</summary>
/// <param name="ClusterId">Name of the cluster: silos of one name belong together.</param>
/// <param name="ServiceId">Name of the service, the same over the life of the installation.</param>
/// <param name="SiloPort">TCP port for the other silos.</param>
/// <param name="GatewayPort">TCP port for clients in processes of their own.</param>
/// <param name="Advertised">The address at which the other silos reach this one.</param>
/// <param name="Tls">How members know each other; null: whoever reaches the ports is a member.</param>
/// <param name="Dashboard">Whether operators see the cluster at <c>/ops/cluster</c>.</param>
public sealed record ClusterPlace(string ClusterId, string ServiceId, int SiloPort, int GatewayPort, IPAddress Advertised, ClusterTls? Tls, bool Dashboard);

/// <summary>Reads the place; without <c>--cluster-id</c> there is none, and the silo is alone.</summary>
internal sealed class ClusterArguments
{
    private readonly ClusterName name = new();
    private readonly TlsFiles tls = new();
    private readonly Option<int> siloPort = new("--silo-port") { Description = "Port for other silos.", DefaultValueFactory = _ => 11111 };
    private readonly Option<int> gatewayPort = new("--gateway-port") { Description = "Port for clients of the cluster.", DefaultValueFactory = _ => 30000 };
    private readonly Option<string> advertise = new("--advertise") { Description = "IP address at which other silos reach this one.",
        DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<bool> dashboard = new("--dashboard") { Description = "Shows operators the cluster at /ops/cluster." };

    private IEnumerable<Option> OfCluster => [name.Service, siloPort, gatewayPort, advertise, dashboard, .. tls.All];

    /// <summary>Adds the options and what must hold between them and those of the store and the clock.</summary>
    public void AddTo(RootCommand root, Option<int> port, Option<string?> db, Option<string> clock)
    {
        foreach (var option in OfCluster.Prepend(name.Cluster))
            root.Options.Add(option);
        root.Validators.Add(result =>
        {
            if (result.GetValue(name.Cluster) is null)
            {
                foreach (var option in OfCluster.Where(option => result.GetResult(option) is { Implicit: false }))
                    result.AddError($"{option.Name} belongs to a cluster: say --cluster-id too.");
                return;
            }

            name.Validate(result);
            tls.Validate(result);
            Validate(result, port);
            if (!EngineSetup.HasClusters)
                result.AddError($"--cluster-id needs the engine orleans; this is the engine {EngineSetup.Name}.");
            if (result.GetValue(db) is null)
                result.AddError("--cluster-id needs --db: silos find each other in PostgreSQL.");
            if (result.GetValue(clock) == "manual")
                result.AddError("--cluster-id needs --clock system: a sandbox clock belongs to one process.");
        });
    }

    /// <summary>The place, or null when the silo is alone.</summary>
    public ClusterPlace? Read(ParseResult parsed) => parsed.GetValue(name.Cluster) is not { } cluster ? null
        : new(cluster, parsed.GetValue(name.Service)!, parsed.GetValue(siloPort), parsed.GetValue(gatewayPort), IPAddress.Parse(parsed.GetValue(advertise)!),
            tls.Read(parsed), parsed.GetValue(dashboard));

    private void Validate(CommandResult result, Option<int> port)
    {
        var ports = new[] { Of(result, port), Of(result, siloPort), Of(result, gatewayPort) };
        if (ports[1] is < 1 or > 65535)
            result.AddError("--silo-port is a number from 1 to 65535.");
        if (ports[2] is < 1 or > 65535)
            result.AddError("--gateway-port is a number from 1 to 65535.");
        if (ports.Distinct().Count() < ports.Length)
            result.AddError("--port, --silo-port and --gateway-port are three different ports.");
        if (!IPAddress.TryParse(Of(result, advertise), out var address) || IsAnybody(address))
            result.AddError("--advertise is the IP address of this machine, such as 10.0.0.5.");
    }

    // While options are judged, those that were not given have no value yet.
    private static T Of<T>(CommandResult result, Option<T> option) =>
        result.GetResult(option) is { Implicit: false } ? result.GetValue(option)! : (T)option.GetDefaultValue()!;

    private static bool IsAnybody(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
