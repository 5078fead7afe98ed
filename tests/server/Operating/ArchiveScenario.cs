// What scenarios of archives have: a store with closed periods, its rows and figures, and the commands.
using System.Data.Common;
using OrleansBilling.Server.Tests.Proving;

namespace OrleansBilling.Server.Tests.Operating;

/// <summary>The server of a SQLite store is stopped for a command; that of a PostgreSQL store goes on.</summary>
public abstract class ArchiveScenario(ServerPlace place) : EverythingScenario(place), IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("billing-archives-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected Task BeforeCommand() => Place is OnSqlite ? Place.Server.Stop() : Task.CompletedTask;

    protected Task AfterCommand() => Place is OnSqlite ? Place.Start() : Task.CompletedTask;

    protected string NewFile(string name) => Path.Combine(Folder, name + ".archive");

    protected Task<(int Code, string Output)> Run(string verb, params string[] options) => Place.RunOnStore(verb, options);

    protected Task<(int Code, string Output)> Archive(string file, string until) => Run("archive", "--until", Scene.Date(until), "--to", file);

    protected async Task Done(Task<(int Code, string Output)> run, string why = "")
    {
        var (code, output) = await run;
        code.ShouldBe(0, $"{why}\n{output}");
    }

    protected async Task Refused(Task<(int Code, string Output)> run, string words, int expected = 2)
    {
        var (code, output) = await run;
        code.ShouldBe(expected, output);
        output.ShouldContain(words);
    }

    protected Task<Answer> History(string from) =>
        Admin.TryGet($"/v1/subscriptions/{Scene.Id("plain")}/events?from={Uri.EscapeDataString(Scene.At(from))}");

    protected async Task<IReadOnlyList<string>> Figures()
    {
        var figures = new List<string> { (await Admin.Get($"/v1/documents?party={Scene.Id("reseller")}&limit=200")).Body };
        foreach (var month in (string[])["05", "06", "07", "08"])
            figures.Add((await Admin.Get($"/v1/subscriptions/{Scene.Id("plain")}/usage?period={Scene.Month(month)}")).Json.GetProperty("meters").GetRawText());
        foreach (var wallet in (string[])["money", "limit", "other"])
            figures.Add((await Admin.Get($"/v1/wallets/{Scene.Id(wallet)}/balance?consistency=exact")).Json.GetProperty("available").GetRawText());
        return figures;
    }

    protected async Task<IReadOnlyList<string>> Rows()
    {
        await using var connection = await Place.OpenStore();
        await using var command = Command(connection, "select stream, version, payload from journal order by stream, version");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add($"{reader.GetInt64(0)}/{reader.GetInt64(1)}: {Convert.ToHexString(reader.GetFieldValue<byte[]>(2))}");
        return rows;
    }

    protected async Task<long> Number(string sql)
    {
        await using var connection = await Place.OpenStore();
        await using var command = Command(connection, sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    protected async Task Execute(string sql)
    {
        await using var connection = await Place.OpenStore();
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync();
    }

    static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
