// Orleans: one silo on this machine. Clustering over PostgreSQL is a work of its own (README: engines).
using Microsoft.AspNetCore.Builder;
using Orleans.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using OrleansBilling.Billing;

namespace OrleansBilling.Silo;

internal static class EngineSetup
{
    public const string Name = "orleans";

    public static void AddEngine(this WebApplicationBuilder builder) => builder.UseOrleans(silo => silo
        .UseLocalhostClustering()
        .Configure<SiloMessagingOptions>(options => options.ResponseTimeout = Limits.GrainCallTimeout)
        .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = Limits.GrainCallTimeout));
}
