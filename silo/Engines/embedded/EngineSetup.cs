// The embedded engine: grains live in this process.
using Microsoft.AspNetCore.Builder;
using OrleansBilling.Billing;
using OrleansBilling.Embedded;
using OrleansBilling.Grains;

namespace OrleansBilling.Silo;

internal static class EngineSetup
{
    public const string Name = "embedded";

    public static bool HasClusters => false;

    public static void AddEngine(this WebApplicationBuilder builder, SiloOptions options) =>
        builder.Services.AddEmbeddedEngine(engine => engine.ResponseTimeout = Limits.GrainCallTimeout, typeof(GrainsSetup).Assembly);

    /// <summary>This engine has no pages of its own.</summary>
    public static WebApplication MapEngine(this WebApplication app, SiloOptions options) => app;
}
