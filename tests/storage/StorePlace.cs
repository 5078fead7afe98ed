// Where a test's store lives: a fresh database or folder, a store opened on it, and stores opened again on the same data.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Storage.Journal;
using OrleansBilling.TestSupport;

[assembly: AssemblyFixture(typeof(PostgresDatabases))]

namespace OrleansBilling.Storage.Tests;

/// <summary>One per test class; the tests of a class keep apart by their own streams and names.</summary>
public abstract class StorePlace : IAsyncLifetime
{
    readonly List<IAsyncDisposable> opened = [];
    int streams;

    internal BillingStore Store { get; private set; } = null!;
    internal abstract StorageOptions Options { get; }
    public LogKeeper Logs { get; } = new();

    /// <summary>A stream that no other test uses.</summary>
    public long NewStream() => Interlocked.Increment(ref streams) + 1_000_000;

    public virtual async ValueTask InitializeAsync() => Store = await Open(Options);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in opened) await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A store as the host makes it, started.</summary>
    internal async Task<BillingStore> Open(StorageOptions options)
    {
        var services = new ServiceCollection().AddBillingStorage(options);
        services.AddLogging(logging => logging.AddProvider(Logs));
        var provider = services.BuildServiceProvider();
        opened.Add(provider);
        await provider.GetRequiredService<IStore>().Start(TestContext.Current.CancellationToken);
        return provider.GetRequiredService<BillingStore>();
    }
}

public sealed class PostgresPlace : StorePlace
{
    string connectionString = "";

    internal override StorageOptions Options => new() { PostgresConnectionString = connectionString, JournalLanes = 2 };
    public string ConnectionString => connectionString;

    public override async ValueTask InitializeAsync()
    {
        connectionString = await NewDatabase();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await (await PostgresServer.Get()).DropDatabase(connectionString);
    }

    internal static async Task<string> NewDatabase() => await (await PostgresServer.Get()).CloneDatabase("storage", async empty =>
    {
        var services = new ServiceCollection().AddBillingStorage(new StorageOptions { PostgresConnectionString = empty });
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IStore>().Start(CancellationToken.None);
    });
}

public sealed class SqlitePlace : StorePlace
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("billing-sqlite-").FullName;

    internal override StorageOptions Options => new() { SqliteFolder = Folder };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>Keeps log lines for tests that ask whether something was said.</summary>
public sealed class LogKeeper : ILoggerProvider, ILogger
{
    readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

    public IEnumerable<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => this;
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) lines.Enqueue(formatter(state, exception));
    }

    public void Dispose() { }
}
