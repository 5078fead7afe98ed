// The composition root: store, engine, grains, API and clock in one process.
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Dunning;
using OrleansBilling.Storage;

namespace OrleansBilling.Silo;

/// <summary>Puts the parts together; starts nothing.</summary>
internal static class BillingHost
{
    /// <summary>
    /// The host of one process. <paramref name="replace"/> comes last, so that what it registers stands: tests put a second host beside the first
    /// on the same store.
    /// </summary>
    public static WebApplication Build(SiloOptions options, string? givenKey, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://{new IPEndPoint(options.Listen, options.Port)}");
        builder.Services.AddBillingStorage(options.Storage);
        AddClock(builder.Services, options.ManualClock);
        builder.Services.AddBillingGrains();
        builder.AddEngine(options);
        builder.Services.AddSingleton(options.WebhookHosts);
        builder.Services.AddBillingApi(AdminKey.Of(givenKey));
        builder.Services.AddSingleton<IServiceBalances, ServiceBalances>();
        builder.Services.AddSingleton<DueWorker>().AddHostedService(provider => provider.GetRequiredService<DueWorker>());
        builder.Services.AddHostedService<WebhookWorker>();
        builder.Services.AddSingleton<RetentionWorker>().AddHostedService(provider => provider.GetRequiredService<RetentionWorker>());
        // Journaled usage must be answered before the process goes: requests get their own time-out to finish.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Limits.HttpTimeout);
        replace?.Invoke(builder.Services);
        return builder.Build().MapBillingApi().MapEngine(options);
    }

    private static void AddClock(IServiceCollection services, bool manual)
    {
        if (!manual)
        {
            services.AddSingleton(new BillingClock(TimeProvider.System));
            return;
        }

        services.AddSingleton<SandboxTime>();
        services.AddSingleton(provider => new BillingClock(provider.GetRequiredService<SandboxTime>()));
        services.AddSingleton<SandboxControl>();
        services.AddSingleton<ISandboxControl>(provider => provider.GetRequiredService<SandboxControl>());
    }
}
