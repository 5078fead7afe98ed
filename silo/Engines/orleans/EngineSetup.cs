// Orleans: one silo alone, or one of several that find each other in the store's own PostgreSQL.
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi;
using OrleansBilling.ClientApi.Health;

namespace OrleansBilling.Silo;

internal static class EngineSetup
{
    public const string Name = "orleans";

    public static bool HasClusters => true;

    public static void AddEngine(this WebApplicationBuilder builder, SiloOptions options)
    {
        builder.Services.AddSingleton<IMembership, SiloMembership>();
        builder.Services.AddSingleton<OperatorSessions>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = Limits.GrainCallTimeout)
                .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = Limits.GrainCallTimeout);
            if (options.Cluster is { } place)
                Join(silo, place, options.Db!);
            else
                silo.StandAlone();
        });
    }

    /// <summary>Maps what belongs to the engine: the page of the cluster, if the options ask for it.</summary>
    public static WebApplication MapEngine(this WebApplication app, SiloOptions options)
    {
        if (options.Cluster is { Dashboard: true })
            app.MapOperatorSignIn().MapOrleansDashboard(OperatorSignIn.Cluster).ForOperatorsOnly();
        return app;
    }

    private static void Join(ISiloBuilder silo, ClusterPlace place, string db)
    {
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (place.ClusterId, place.ServiceId))
            .UseAdoNetClustering(members => (members.Invariant, members.ConnectionString) = (ClusterConnection.Invariant, ClusterConnection.SmallPool(db)))
            .ConfigureEndpoints(place.Advertised, place.SiloPort, place.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(place.Advertised))
            .Configure<ClusterMembershipOptions>(members =>
            {
                members.ProbeTimeout = Limits.SiloProbe;
                members.NumMissedProbesLimit = Limits.SiloProbesMissed;
                members.TableRefreshTimeout = Limits.MembersRefresh;
                members.IAmAliveTablePublishTimeout = Limits.MembersRefresh;
            });
        if (place.Tls is { } tls)
            silo.UseTls(tls.Apply);
        if (place.Dashboard)
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
    }
}
