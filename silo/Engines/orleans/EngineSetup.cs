// Orleans: one silo alone, or one of several that find each other in the store's own PostgreSQL.
using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Health;

namespace OrleansBilling.Silo;

internal static class EngineSetup
{
    public const string Name = "orleans";

    public static bool HasClusters => true;

    public static void AddEngine(this WebApplicationBuilder builder, SiloOptions options)
    {
        builder.Services.AddSingleton<IMembership, SiloMembership>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = Limits.GrainCallTimeout)
                .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = Limits.GrainCallTimeout);
            if (options.Cluster is { } place)
                Join(silo, place, options.Db!);
            else
                silo.UseLocalhostClustering();
        });
    }

    private static void Join(ISiloBuilder silo, ClusterPlace place, string db) => silo
        .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (place.ClusterId, place.ServiceId))
        .UseAdoNetClustering(members => (members.Invariant, members.ConnectionString) = ("Npgsql", SmallPool(db)))
        .ConfigureEndpoints(place.Advertised, place.SiloPort, place.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(place.Advertised))
        .Configure<ClusterMembershipOptions>(members =>
        {
            members.ProbeTimeout = Limits.SiloProbe;
            members.NumMissedProbesLimit = Limits.SiloProbesMissed;
            members.TableRefreshTimeout = Limits.MembersRefresh;
            members.IAmAliveTablePublishTimeout = Limits.MembersRefresh;
        });

    // A storm of activations on the store's own pool must not make a silo look dead. The name is that of all servers: commands look for it.
    private static string SmallPool(string db)
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = db };
        settings["Maximum Pool Size"] = Limits.MembersPoolMax;
        settings["Application Name"] = "OrleansBilling";
        return settings.ConnectionString;
    }
}
