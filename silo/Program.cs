// The composition root: store, engine, grains, API and clock in one process.
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
using OrleansBilling.Silo;
using OrleansBilling.Storage;

return await SiloOptions.Run(args, Serve);

static async Task<int> Serve(SiloOptions options, CancellationToken cancel)
{
    Limits.Assert();
    if (!PortCheck.IsFree(options.Port))
    {
        await Console.Error.WriteLineAsync($"OrleansBilling cannot start: port {options.Port} of 127.0.0.1 is in use. Choose another one with --port.");
        return 1;
    }

    var givenKey = Environment.GetEnvironmentVariable("BILLING_ADMIN_KEY");
    await using var app = Build(options, givenKey);
    try
    {
        await app.Services.GetRequiredService<IStore>().Start(cancel);
        if (options.ManualClock)
            await app.Services.GetRequiredService<SandboxControl>().Restore(cancel);
        var madeKey = await app.Services.GetRequiredService<KeyRing>().EnsureAdminKey(cancel);
        await app.StartAsync(cancel);
        StartMessage.Print(options, givenKey, madeKey, app.Services.GetRequiredService<BillingClock>().Now);
    }
    catch (Exception fault) when (fault is StorageException or IOException)
    {
        await Console.Error.WriteLineAsync($"OrleansBilling cannot start: {fault.Message}");
        return 1;
    }

    await app.WaitForShutdownAsync(cancel);
    return 0;
}

static WebApplication Build(SiloOptions options, string? givenKey)
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
    builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}");
    builder.Services.AddBillingStorage(options.Storage);
    AddClock(builder.Services, options.ManualClock);
    builder.Services.AddBillingGrains();
    builder.AddEngine();
    builder.Services.AddBillingApi(AdminKey.Of(givenKey));
    builder.Services.AddSingleton<DueWorker>().AddHostedService(provider => provider.GetRequiredService<DueWorker>());
    // Journaled usage must be answered before the process goes: requests get their own time-out to finish.
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Limits.HttpTimeout);
    return builder.Build().MapBillingApi();
}

static void AddClock(IServiceCollection services, bool manual)
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
