// The API as a process of its own: a client of a cluster of silos, on the same store.
using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Hosting;
using OrleansBilling.ClientApi.Notifications;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage;

namespace OrleansBilling.ClientApi;

internal sealed record ClientOptions(IPEndPoint Served, string Db, string ClusterId, string ServiceId, ClusterTls? Tls, WebhookHosts WebhookHosts);

internal static class ClientProgram
{
    private static Task<int> Main(string[] args)
    {
        var at = new ListenOptions();
        var name = new ClusterName();
        var tls = new TlsFiles();
        var db = DbOption.Of("PostgreSQL connection string: the store of the cluster.");
        db.Required = true;
        name.Cluster.Required = true;
        var hosts = WebhookHostsOption.Create();
        var root = new RootCommand("The API of OrleansBilling as a client of a cluster of silos.") { at.Port, at.Listen, db, name.Cluster, name.Service };
        foreach (var option in tls.All.Append(hosts))
            root.Options.Add(option);
        root.Validators.Add(name.Validate);
        root.Validators.Add(tls.Validate);
        root.SetAction((parsed, cancel) => Serve(
            new ClientOptions(at.Read(parsed), parsed.GetValue(db)!, parsed.GetValue(name.Cluster)!, parsed.GetValue(name.Service)!, tls.Read(parsed),
                WebhookHosts.Of(parsed.GetValue(hosts))), cancel));
        root.Subcommands.Add(HealthCommand.Create());
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Limits.StopTimeout });
    }

    private static async Task<int> Serve(ClientOptions options, CancellationToken cancel)
    {
        Limits.Assert();
        try
        {
            if (PortCheck.Fault(options.Served.Address, options.Served.Port) is { } taken)
                throw new IOException(taken);
            await using var app = Build(options, Environment.GetEnvironmentVariable("BILLING_ADMIN_KEY"));
            await app.Services.GetRequiredService<IStore>().Start(cancel);
            await app.StartAsync(cancel);
            var url = ListenOptions.UrlOf(options.Served);
            Console.WriteLine($"OrleansBilling's API is ready: {url}v1, a client of the cluster {options.ClusterId}. Ctrl-C stops it.");
            await app.WaitForShutdownAsync(cancel);
            return 0;
        }
        catch (Exception fault) when (fault is StorageException or IOException)
        {
            await Console.Error.WriteLineAsync($"The API cannot start: {fault.Message}");
            return 1;
        }
    }

    private static WebApplication Build(ClientOptions options, string? givenKey)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://{options.Served}");
        builder.Services.AddBillingStorage(new StorageOptions { PostgresConnectionString = options.Db });
        builder.Services.AddSingleton(new BillingClock(TimeProvider.System));
        builder.UseOrleansClient(client => Connect(client, options));
        builder.Services.AddSingleton(options.WebhookHosts);
        builder.Services.AddBillingApi(AdminKey.Of(givenKey));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Limits.HttpTimeout);
        return builder.Build().MapBillingApi();
    }

    private static void Connect(IClientBuilder client, ClientOptions options)
    {
        client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ServiceId))
            .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = Limits.GrainCallTimeout)
            .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = Limits.GatewaysRefresh)
            .UseAdoNetClustering(members => (members.Invariant, members.ConnectionString) =
                (ClusterConnection.Invariant, ClusterConnection.SmallPool(options.Db)))
            // Silos may come later than their clients: asked again until they are there, or until the process is told to stop.
            .UseConnectionRetryFilter(async (_, cancel) =>
            {
                await Task.Delay(Limits.GatewaysRefresh, cancel);
                return true;
            });
        if (options.Tls is { } tls)
            client.UseTls(tls.Apply);
    }
}
