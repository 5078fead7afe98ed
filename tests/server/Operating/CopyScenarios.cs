// backup, check, restore and move: what a copied store says is what the first one said, and it goes on from there.
using System.Text.Json;
using OrleansBilling.Server.Tests.Proving;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Operating;

public sealed class CopiesOnSqlite(OnSqlite place) : CopyScenarios(place), IClassFixture<OnSqlite>
{
    protected override async Task<string[]> OtherKind() => ["--db", await NewDatabase()];

    [Fact]
    public async Task a_store_is_moved_to_postgresql_once_its_server_is_stopped()
    {
        await EverythingHappens();
        var (before, target) = (await Answers(Admin), await OtherKind());
        var (code, output) = await Place.RunOnStore("move", target);
        code.ShouldBe(2, output);
        output.ShouldContain("Nothing was moved: The store in '");
        output.ShouldContain("is in use by a server. Stop it first.");
        await Place.Server.Stop();
        (code, output) = await Place.RunOnStore("move", target);
        code.ShouldBe(0, output);
        output.ShouldContain("Moved. Prove it: ./store verify --db ");
        await Serves(target, before);
    }
}

public sealed class CopiesOnPostgres(OnPostgres place) : CopyScenarios(place), IClassFixture<OnPostgres>
{
    protected override Task<string[]> OtherKind() => Task.FromResult<string[]>(["--data", NewPath()]);
}

public abstract class CopyScenarios(ServerPlace place) : EverythingScenario(place), IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("billing-operating-").FullName;
    readonly List<string> databases = [];

    public void Dispose()
    {
        foreach (var database in databases) PostgresServer.Get().GetAwaiter().GetResult().DropDatabase(database).GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task a_backup_of_a_running_server_is_restored_into_the_other_kind_of_store()
    {
        await EverythingHappens();
        var (file, target, before) = (NewPath(), await OtherKind(), await Answers(Admin));
        var (code, output) = await Place.RunOnStore("backup", "--out", file);
        code.ShouldBe(0, output);
        output.ShouldContain("Written to ");
        (code, output) = await ServerProcess.RunToEnd("check", "--from", file);
        code.ShouldBe(0, output);
        output.ShouldContain("The file is whole.");
        // What comes later is not in it.
        (await Admin.Events(Scene.Sms("after", "plain", "08-01T10:00", 3, "FI"))).Counts.ShouldBe((1, 0, 0, 0));

        (code, output) = await ServerProcess.RunToEnd(["restore", "--from", file, .. target]);
        code.ShouldBe(0, output);
        output.ShouldContain("Restored. Prove it before it is served: ./store verify ");
        await Serves(target, before);
        (code, output) = await ServerProcess.RunToEnd(["restore", "--from", file, .. target]);
        code.ShouldBe(2, output);
        output.ShouldContain("Nothing was restored: ");
        output.ShouldContain("has a store already");
    }

    [Fact]
    public async Task a_file_that_was_changed_restores_nothing()
    {
        var (file, target) = (NewPath(), await OtherKind());
        (await Place.RunOnStore("backup", "--out", file)).Code.ShouldBe(0);
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        foreach (var command in (string[][])[["check", "--from", file], ["restore", "--from", file, .. target]])
        {
            var (code, output) = await ServerProcess.RunToEnd(command);
            code.ShouldBe(2, output);
            output.ShouldContain($"'{file}' is damaged: ");
        }
        // Nothing is left that looks like a store, or like a server on one.
        Directory.GetFileSystemEntries(folder).ShouldBe([file]);
    }

    [Fact]
    public async Task what_is_said_wrongly_changes_nothing()
    {
        (await ServerProcess.RunToEnd("backup")).ShouldSatisfyAllConditions(said => said.Code.ShouldBe(2), said => said.Output.ShouldContain("'--out' is required"));
        (await ServerProcess.RunToEnd("move")).ShouldSatisfyAllConditions(said => said.Code.ShouldBe(2), said => said.Output.ShouldContain("Say where the store is"));
        (await ServerProcess.RunToEnd("restore", "--from", NewPath(), "--data", NewPath())).ShouldSatisfyAllConditions(
            said => said.Code.ShouldBe(2), said => said.Output.ShouldContain("cannot be read"));
        foreach (var (given, fault) in new[] { ("Hots=1", "Couldn't set hots"), ("billing", "Format of the initialization string"), ("Database=x", "it names no Host") })
        {
            foreach (var verb in (string[])["backup --out x", "restore --from x", "verify", "archive --until 2025-01-31 --to x", ""])
            {
                var (code, output) = await ServerProcess.RunToEnd([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--db", given]);
                code.ShouldBe(verb.Length == 0 ? 1 : 2, output);
                output.ShouldContain("--db is a connection string such as");
                output.ShouldContain(fault);
            }
        }
        Directory.GetFileSystemEntries(folder).ShouldBeEmpty();
    }

    protected abstract Task<string[]> OtherKind();

    protected string NewPath() => Path.Combine(folder, Guid.NewGuid().ToString("N"));

    protected async Task<string> NewDatabase()
    {
        databases.Add(await (await PostgresServer.Get()).CreateDatabase());
        return databases[^1];
    }

    /// <summary>What is known of usage, wallets and documents, as text.</summary>
    protected async Task<IReadOnlyList<string>> Answers(Api api)
    {
        var answers = new List<string>();
        foreach (var party in (string[])["operator", "reseller"])
        {
            var list = (await api.Get($"/v1/documents?party={Scene.Id(party)}&limit=200")).Json;
            answers.Add(list.GetRawText());
            foreach (var number in list.List("data").Select(one => one.Text("number")).Order(StringComparer.Ordinal))
                answers.Add((await api.Get("/v1/documents/" + number)).Json.GetRawText());
        }
        foreach (var month in (string[])["05", "06", "07"])
            answers.Add((await api.Get($"/v1/partners/{Scene.Id("reseller")}/usage?period={Scene.Month(month)}")).Json.GetProperty("meters").GetRawText());
        foreach (var wallet in (string[])["money", "limit", "other"])
            answers.Add((await api.Get($"/v1/wallets/{Scene.Id(wallet)}/balance?consistency=exact")).Json.GetProperty("available").GetRawText());
        return answers;
    }

    /// <summary>The copied store holds, says the same, knows what it has counted, and goes on.</summary>
    protected async Task Serves(string[] target, IReadOnlyList<string> before)
    {
        var (code, output) = await ServerProcess.RunToEnd(["verify", .. target]);
        code.ShouldBe(0, output);
        var server = await ServerProcess.Start([.. target, "--clock", "manual"]);
        try
        {
            var api = new Api(() => server.Url, ServerProcess.AdminKey);
            (await Answers(api)).ShouldBe(before);
            (await api.Events(Scene.Sms("g", "waits", "07-01T10:00", 900, "FI"), Scene.Sms("new", "plain", "08-01T10:00", 3, "FI"))).Counts.ShouldBe((1, 1, 0, 0));
            await api.Advance(Scene.At("09-02"));
            (await api.Get($"/v1/documents?party={Scene.Id("reseller")}&limit=200")).Json.List("data").Count().ShouldBeGreaterThan(
                JsonDocument.Parse(before[0]).RootElement.List("data").Count() - 1);
        }
        finally
        {
            await server.Stop();
        }
        (code, output) = await ServerProcess.RunToEnd(["verify", .. target]);
        code.ShouldBe(0, output);
    }
}
