// archive and unarchive: rows leave the store and come back, and nobody's figures change.
using System.Data.Common;
using OrleansBilling.Server.Tests.Proving;

namespace OrleansBilling.Server.Tests.Operating;

public sealed class ArchivesOnSqlite(OnSqlite place) : ArchiveScenarios(place), IClassFixture<OnSqlite>
{
    protected override Task BeforeCommand() => Place.Server.Stop();
    protected override Task AfterCommand() => Place.Start();
}

/// <summary>Its server goes on while rows are moved.</summary>
public sealed class ArchivesOnPostgres(OnPostgres place) : ArchiveScenarios(place), IClassFixture<OnPostgres>
{
    protected override Task BeforeCommand() => Task.CompletedTask;
    protected override Task AfterCommand() => Task.CompletedTask;
}

public abstract class ArchiveScenarios(ServerPlace place) : EverythingScenario(place), IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("billing-archives-").FullName;

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task closed_periods_leave_for_a_file_and_come_back()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var file = Path.Combine(folder, "spring.archive");
        var (rows, figures) = (await Rows(), await Figures());
        await BeforeCommand();
        (await Run("archive", "--until", Scene.Date("08-31"), "--to", file)).ShouldSatisfyAllConditions(
            said => said.Code.ShouldBe(2), said => said.Output.ShouldContain("--until must lie at least 35 days in the past"));
        (await Run("archive", "--until", Scene.Date("06-30"), "--to", file)).Code.ShouldBe(0);
        (await Run("archive", "--until", Scene.Date("06-30"), "--to", file)).Code.ShouldBe(0, "again");
        // Nothing is moved, and the file is whole, as when it was killed between the two: it goes on from the file.
        (await Run("unarchive", file)).Code.ShouldBe(0);
        rows.Except(await Rows()).ShouldBeEmpty("every row is as it was");
        (await Run("archive", "--until", Scene.Date("06-30"), "--to", file)).Code.ShouldBe(0, "from the file");
        await AfterCommand();

        rows.Except(await Rows()).Count().ShouldBeGreaterThan(10);
        (await Figures()).ShouldBe(figures);
        await OldIsGoneAndNewIsThere();
        await Execute("delete from snapshots");
        await Place.Restart();
        (await Figures()).ShouldBe(figures);
        // Known by its id, though memory was made from the base; and usage goes on into the next close.
        (await Admin.Events(Scene.Sms("n", "plain", "09-19T10:00", 3, "FI"), Scene.Sms("n", "plain", "09-19T10:00", 3, "FI"))).Counts.ShouldBe((1, 1, 0, 0));
        await Scene.Clock("10-02");
        await Verified(file);

        await BeforeCommand();
        (await Run("unarchive", file)).Code.ShouldBe(0);
        await AfterCommand();
        rows.Except(await Rows()).ShouldBeEmpty("every row is as it was");
        (await Number("select count(*) from archives")).ShouldBe(0);
        (await History("05-01")).Status.ShouldBe(200);
        await Place.Server.Stop();
        (await Run("verify")).Code.ShouldBe(0);
    }

    async Task OldIsGoneAndNewIsThere()
    {
        (await History("05-01")).Refused(410, "archived").Json.Text("until").ShouldBe(Scene.Date("06-30"));
        (await History("07-01")).Status.ShouldBe(200);
        foreach (var (month, status) in new[] { ("05", 410), ("09", 200) })
            (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("plain")}/usage?period={Scene.Month(month)}&group_by=country")).Status.ShouldBe(status, month);
    }

    async Task Verified(string file)
    {
        await Place.Server.Stop();
        var (code, output) = await Run("verify");
        code.ShouldBe(0, output);
        output.ShouldContain("only replayed from their base");
        output.ShouldContain("Not read (--archives FILE proves them too): ");
        (code, output) = await Run("verify", "--archives", folder);
        code.ShouldBe(0, output);
        output.ShouldNotContain("Not read");
        var damaged = Path.Combine(folder, "damaged");
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);
        (await Run("unarchive", damaged)).ShouldSatisfyAllConditions(said => said.Code.ShouldBe(2), said => said.Output.ShouldContain("is no whole archive"));
        await Place.Start();
    }

    protected abstract Task BeforeCommand();
    protected abstract Task AfterCommand();

    Task<(int Code, string Output)> Run(string verb, params string[] options) => Place.RunOnStore(verb, options);

    Task<Answer> History(string from) =>
        Admin.TryGet($"/v1/subscriptions/{Scene.Id("plain")}/events?from={Uri.EscapeDataString(Scene.At(from))}");

    async Task<IReadOnlyList<string>> Figures()
    {
        var figures = new List<string> { (await Admin.Get($"/v1/documents?party={Scene.Id("reseller")}&limit=200")).Body };
        foreach (var month in (string[])["05", "06", "07", "08"])
            figures.Add((await Admin.Get($"/v1/subscriptions/{Scene.Id("plain")}/usage?period={Scene.Month(month)}")).Json.GetProperty("meters").GetRawText());
        foreach (var wallet in (string[])["money", "limit", "other"])
            figures.Add((await Admin.Get($"/v1/wallets/{Scene.Id(wallet)}/balance?consistency=exact")).Json.GetProperty("available").GetRawText());
        return figures;
    }

    async Task<IReadOnlyList<string>> Rows()
    {
        await using var connection = await Place.OpenStore();
        await using var command = Command(connection, "select stream, version, payload from journal order by stream, version");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add($"{reader.GetInt64(0)}/{reader.GetInt64(1)}: {Convert.ToHexString(reader.GetFieldValue<byte[]>(2))}");
        return rows;
    }

    async Task<long> Number(string sql)
    {
        await using var connection = await Place.OpenStore();
        await using var command = Command(connection, sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    async Task Execute(string sql)
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
