// Puts the store of a process together, starts it and drains it.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Backfills;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Databases;
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

sealed class BillingStore : IStore, IAsyncDisposable, IDisposable
{
    readonly Database database;
    readonly SemaphoreSlim starting = new(1, 1);
    readonly Lazy<Task> draining;
    volatile bool started;

    public BillingStore(StorageOptions options, ILoggerFactory logs, TimeProvider time)
    {
        Limits.Assert();
        options.Assert();
        database = Choose(options, logs);
        var probe = options.FlushProbe ?? (options.CrashPoints.IsArmed ? new CrashProbe(options.CrashPoints).Reach : null);
        Journal = database switch
        {
            PostgresDatabase postgres => new JournalStore(database, options.JournalLanes,
                () => new PostgresRowSink(postgres.Source, options.FlushTimeout, probe, time), logs.CreateLogger<JournalStore>()),
            SqliteDatabase sqlite => new JournalStore(database, 1, () => new SqliteRowSink(sqlite, probe), logs.CreateLogger<JournalStore>()),
            _ => throw new InvalidOperationException("There is no such database."),
        };
        Snapshots = new SnapshotStore(database, options.CrashPoints, logs.CreateLogger<SnapshotStore>());
        EventIds = new EventIdStore(database);
        Definitions = new DefinitionStore(database, database.IsPostgres ? new PostgresDefinitionTables() : new SqliteDefinitionTables());
        Closing = new ClosingStore(database);
        Documents = new DocumentStore(database, options.CrashPoints);
        ApiKeys = new ApiKeyStore(database);
        Idempotency = new IdempotencyStore(database);
        Settings = new SettingStore(database);
        Rollups = new RollupStore(database);
        Notifications = new NotificationStore(database);
        Webhooks = new WebhookStore(database);
        UsageAlerts = new UsageAlertStore(database);
        Backfills = new BackfillStore(database);
        ParkedReports = new ParkedReportStore(database);
        PriceCorrections = new PriceCorrectionStore(database);
        PersonalData = new PersonalDataStore(database);
        Accounts = new AccountStore(database);
        PartyStates = new PartyStateStore(database);
        Dunning = new DunningStore(database);
        draining = new(Drain);
    }

    public JournalStore Journal { get; }
    public SnapshotStore Snapshots { get; }
    public EventIdStore EventIds { get; }
    public DefinitionStore Definitions { get; }
    public ClosingStore Closing { get; }
    public DocumentStore Documents { get; }
    public ApiKeyStore ApiKeys { get; }
    public IdempotencyStore Idempotency { get; }
    public SettingStore Settings { get; }
    public RollupStore Rollups { get; }
    public NotificationStore Notifications { get; }
    public UsageAlertStore UsageAlerts { get; }
    public WebhookStore Webhooks { get; }
    public BackfillStore Backfills { get; }
    public ParkedReportStore ParkedReports { get; }
    public PriceCorrectionStore PriceCorrections { get; }
    public PersonalDataStore PersonalData { get; }
    public AccountStore Accounts { get; }
    public PartyStateStore PartyStates { get; }
    public DunningStore Dunning { get; }
    public Database Database => database;

    public async Task Start(CancellationToken cancel)
    {
        await starting.WaitAsync(cancel);
        try
        {
            if (started) return;
            await database.Start(cancel);
            Journal.Start();
            started = true;
        }
        finally
        {
            starting.Release();
        }
    }

    public async Task<bool> IsReady(CancellationToken cancel)
    {
        if (!started || draining.IsValueCreated) return false;
        try
        {
            return await database.Read(async connection =>
            {
                await using var command = connection.Sql("select 1");
                return await command.Number(cancel) == 1;
            }, cancel);
        }
        catch (StorageException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => new(draining.Value);

    // A container that is disposed synchronously must drain as well, or acknowledged work would be cut off half-way.
    public void Dispose() => draining.Value.GetAwaiter().GetResult();

    async Task Drain()
    {
        // The journal last: everything else is derived from it or independent of it.
        await Task.WhenAll(Definitions.Drain(), Closing.Drain(), Documents.Drain(), EventIds.Drain(), Snapshots.Drain());
        await Journal.Drain();
        await database.DisposeAsync();
    }

    static Database Choose(StorageOptions options, ILoggerFactory logs) => (options.PostgresConnectionString, options.SqliteFolder) switch
    {
        ({ Length: > 0 }, null) => new PostgresDatabase(options, logs),
        (null, { Length: > 0 } folder) => new SqliteDatabase(folder),
        _ => throw new InvalidOperationException("Give the store either a PostgreSQL connection string or a folder for SQLite."),
    };
}
