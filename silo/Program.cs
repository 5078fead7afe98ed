// The process: starts the host, says where it serves, ends it.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Hosting;
using OrleansBilling.ClientApi;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Silo;
using OrleansBilling.Storage;

return await SiloOptions.Run(args, TimeProvider.System, Serve);

static async Task<int> Serve(SiloOptions options, CancellationToken cancel)
{
    Limits.Assert();
    if (PortCheck.Fault(options.Listen, options.Port) is { } taken)
    {
        await Console.Error.WriteLineAsync($"OrleansBilling cannot start: {taken}");
        return 1;
    }

    try
    {
        options = options with { CrashPoints = CrashSetting.Read() };
    }
    catch (StorageException fault)
    {
        await Console.Error.WriteLineAsync($"OrleansBilling cannot start: {fault.Message}");
        return 1;
    }

    var givenKey = Environment.GetEnvironmentVariable("BILLING_ADMIN_KEY");
    await using var app = BillingHost.Build(options, givenKey);
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
