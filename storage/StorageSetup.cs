// Which store a process uses, and its registration.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Backfills;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Deliveries;
using OrleansBilling.Storage.Documents;
using OrleansBilling.Storage.Dunning;
using OrleansBilling.Storage.Journal;
using OrleansBilling.Storage.Live;
using OrleansBilling.Storage.Notifications;
using OrleansBilling.Storage.Parties;
using OrleansBilling.Storage.PriceCorrections;
using OrleansBilling.Storage.Privacy;

namespace OrleansBilling.Storage;

/// <summary>Exactly one of the two is set.</summary>
public sealed record StorageOptions
{
    /// <summary>Folder of the SQLite store (file <c>billing.db</c>), created when missing.</summary>
    public string? SqliteFolder { get; init; }

    /// <summary>PostgreSQL connection string.</summary>
    public string? PostgresConnectionString { get; init; }

    /// <summary>
    /// Journal lanes (PostgreSQL; SQLite has one). Each lane is one connection. Few lanes make large batches, which is what a small machine
    /// needs; more lanes use more of the server's cores.
    /// </summary>
    public int JournalLanes { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Connections to PostgreSQL, the journal's lanes included.</summary>
    public int PostgresPoolSizeMax { get; init; } = 20;

    /// <summary>Where this process kills itself: nowhere, except in crash tests.</summary>
    public CrashPoints CrashPoints { get; init; } = CrashPoints.None;

    /// <summary>For tests: see <see cref="Journal.FlushProbe"/>.</summary>
    internal FlushProbe? FlushProbe { get; init; }

    /// <summary>For tests that stop a server in the middle of a flush.</summary>
    internal TimeSpan FlushTimeout { get; init; } = Limits.FlushTimeout;

    /// <summary>Throws when the numbers of lanes and connections cannot work together.</summary>
    internal void Assert()
    {
        if (JournalLanes is < 1 or > Limits.JournalLanesMax)
            throw new InvalidOperationException($"JournalLanes must be 1 to {Limits.JournalLanesMax}.");
        if (PostgresPoolSizeMax <= JournalLanes + 2)
            throw new InvalidOperationException("PostgresPoolSizeMax must leave connections besides the journal's lanes.");
    }
}

/// <summary>Registration of the store.</summary>
public static class StorageSetup
{
    /// <summary>
    /// Registers every port of this folder as a singleton, and <see cref="IStore"/>. The host starts the store before services that are
    /// registered after this call; disposing the container drains it.
    /// </summary>
    public static IServiceCollection AddBillingStorage(this IServiceCollection services, StorageOptions options)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options).AddSingleton(options.CrashPoints);
        services.AddSingleton<BillingStore>();
        services.AddSingleton<IStore>(provider => provider.GetRequiredService<BillingStore>());
        services.AddSingleton<IJournal>(provider => provider.GetRequiredService<BillingStore>().Journal);
        services.AddSingleton<ISnapshots>(provider => provider.GetRequiredService<BillingStore>().Snapshots);
        services.AddSingleton<IEventIdStore>(provider => provider.GetRequiredService<BillingStore>().EventIds);
        services.AddSingleton<IDefinitionStore>(provider => provider.GetRequiredService<BillingStore>().Definitions);
        services.AddSingleton<IClosingStore>(provider => provider.GetRequiredService<BillingStore>().Closing);
        services.AddSingleton<IDocumentStore>(provider => provider.GetRequiredService<BillingStore>().Documents);
        services.AddSingleton<IApiKeyStore>(provider => provider.GetRequiredService<BillingStore>().ApiKeys);
        services.AddSingleton<IIdempotencyStore>(provider => provider.GetRequiredService<BillingStore>().Idempotency);
        services.AddSingleton<ISettingStore>(provider => provider.GetRequiredService<BillingStore>().Settings);
        services.AddSingleton<IRollupStore>(provider => provider.GetRequiredService<BillingStore>().Rollups);
        services.AddSingleton<IDueWorkStore>(provider => provider.GetRequiredService<BillingStore>().Closing);
        services.AddSingleton<INotificationStore>(provider => provider.GetRequiredService<BillingStore>().Notifications);
        services.AddSingleton<IWebhookStore>(provider => provider.GetRequiredService<BillingStore>().Webhooks);
        services.AddSingleton<IUsageAlertStore>(provider => provider.GetRequiredService<BillingStore>().UsageAlerts);
        services.AddSingleton<IBackfillStore>(provider => provider.GetRequiredService<BillingStore>().Backfills);
        services.AddSingleton<IParkedReportStore>(provider => provider.GetRequiredService<BillingStore>().ParkedReports);
        services.AddSingleton<IPriceCorrectionStore>(provider => provider.GetRequiredService<BillingStore>().PriceCorrections);
        services.AddSingleton<IPersonalDataStore>(provider => provider.GetRequiredService<BillingStore>().PersonalData);
        services.AddSingleton<IAccountStore>(provider => provider.GetRequiredService<BillingStore>().Accounts);
        services.AddSingleton<IPartyStateStore>(provider => provider.GetRequiredService<BillingStore>().PartyStates);
        services.AddSingleton<IDunningStore>(provider => provider.GetRequiredService<BillingStore>().Dunning);
        services.AddHostedService<StoreStart>();
        return services;
    }

    sealed class StoreStart(IStore store) : IHostedService
    {
        public Task StartAsync(CancellationToken cancel) => store.Start(cancel);
        public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;
    }
}
