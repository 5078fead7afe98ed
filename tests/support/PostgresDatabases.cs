// Ends with the tests of an assembly: what they have left on a PostgreSQL that goes on is dropped then.
namespace OrleansBilling.TestSupport;

/// <summary>An assembly fixture of every project whose tests give databases back.</summary>
public sealed class PostgresDatabases : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await PostgresServer.DropAll();
}
