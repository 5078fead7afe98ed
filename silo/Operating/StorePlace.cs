// The two options that name a store.
using System.CommandLine;
using OrleansBilling.ClientApi.Hosting;
using OrleansBilling.Storage;

namespace OrleansBilling.Silo.Operating;

internal sealed class StorePlace
{
    public StorePlace(string data, string db, string dataName = "--data", string dbName = "--db", string? folder = "data")
    {
        Data = new Option<string?>(dataName) { Description = data };
        Db = DbOption.Of(db, dbName);
        if (folder is not null)
            Data.DefaultValueFactory = _ => folder;
    }

    public Option<string?> Data { get; }

    public Option<string?> Db { get; }

    public StorageOptions Of(ParseResult parsed) => parsed.GetValue(Db) is { } connection ? new() { PostgresConnectionString = connection }
        : new() { SqliteFolder = parsed.GetValue(Data)! };

    /// <summary>The command that proves the store.</summary>
    public string Verify(ParseResult parsed) => parsed.GetValue(Db) is { } connection ? $"./store verify --db \"{connection}\"" : $"./store verify --data {parsed.GetValue(Data)}";
}
