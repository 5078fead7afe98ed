// verify: a store with everything in it holds on both databases, and each kind of harm is found and named.
namespace OrleansBilling.Server.Tests.Proving;

public sealed class VerifyOnSqlite(OnSqlite place) : VerifyScenarios(place), IClassFixture<OnSqlite>
{
    [Fact]
    public async Task a_store_that_a_server_keeps_to_itself_cannot_be_verified()
    {
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(2, output);
        output.ShouldContain("is in use: a server keeps its SQLite store to itself.");
    }
}

public sealed class VerifyOnPostgres(OnPostgres place) : VerifyScenarios(place), IClassFixture<OnPostgres>
{
    [Fact]
    public async Task a_store_can_be_verified_while_its_server_runs()
    {
        await EverythingHappens();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
    }
}

public abstract class VerifyScenarios(ServerPlace place) : EverythingScenario(place)
{
    [Fact]
    public async Task what_is_said_wrongly_is_no_violation()
    {
        (await ServerProcess.RunToEnd("verify", "--all")).Code.ShouldBe(2);
        var (code, output) = await ServerProcess.RunToEnd("verify", "--data", "/nowhere/at/all");
        code.ShouldBe(2, output);
        output.ShouldContain("There is no store in '/nowhere/at/all'");
    }

    [Fact]
    public async Task everything_holds_and_every_harm_is_named()
    {
        await EverythingHappens(looked: true);
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        output.ShouldContain("Everything holds.");
        code.ShouldBe(0, output);

        await using var connection = await Place.OpenStore();
        var harm = new StoreHarm(connection);
        await harm.Keep();
        var failures = new List<string>();
        foreach (var (name, rule, words, plant) in Harms().Concat(HarmsOfBooks()))
        {
            await plant(harm);
            (code, output) = await Place.RunOnStore("verify");
            if (code != 1 || !output.Split('\n').Any(line => line.Contains($"[{rule}]", StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal)))
                failures.Add($"{name}: exit code {code}, expected [{rule}] … {words}\n{output}");
            await harm.PutBack();
        }
        failures.ShouldBeEmpty();
        (await Place.RunOnStore("verify")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task with_notes_only_what_is_new_is_looked_at_again()
    {
        await EverythingHappens();
        await Place.Server.Stop();
        var notes = Path.Combine(Path.GetTempPath(), $"verify-{Guid.NewGuid():N}.notes");
        try
        {
            (await Place.RunOnStore("verify", "--resume", notes)).Code.ShouldBe(0);
            await Place.Start();
            // Two rows: the second one makes no new total.
            foreach (var id in (string[])["later", "last"]) (await Admin.Events(Scene.Sms(id, "plain", "08-01T10:00", 3, "FI"))).Counts.ShouldBe((1, 0, 0, 0));
            await Place.Server.Stop();
            var (code, output) = await Place.RunOnStore("verify", "--resume", notes);
            code.ShouldBe(0, output);
            output.ShouldContain("streams proved before and unchanged");
            await using var connection = await Place.OpenStore();
            var harm = new StoreHarm(connection);
            await harm.Keep();
            var stream = await harm.Stream("subscription", Scene.Id("plain"));
            await harm.Double(stream, await harm.Last(stream));
            (code, output) = await Place.RunOnStore("verify", "--resume", notes);
            await harm.PutBack();
            code.ShouldBe(1, output);
            output.ShouldContain("is counted a second time");
        }
        finally
        {
            foreach (var end in (string[])["", "-wal", "-shm"]) File.Delete(notes + end);
        }
    }

    IEnumerable<(string Name, string Rule, string Words, Func<StoreHarm, Task> Plant)> Harms()
    {
        Task<long> Plain(StoreHarm harm) => harm.Stream("subscription", Scene.Id("plain"));
        Task<long> Wallet(StoreHarm harm, string id) => harm.Stream("wallet", Scene.Id(id));
        var invoice = $"(select id from documents where number is not null and agreement = '{Scene.Id("wholesale")}' and period = '{Scene.Month("05")}')";
        var line = $"document = {invoice} and child = '{Scene.Id("plain")}'";
        var recorded = 1_700_000_000_000_000L;
        yield return ("an amount is changed", "price", "12345 units of sms cost 617.25", async harm => await harm.Exchange(await Plain(harm), 617.25m, 617.26m));
        yield return ("an amount is changed that was sealed", "seal", "amount is", async harm => await harm.Exchange(await Plain(harm), 617.25m, 617.26m));
        yield return ("a quantity is changed", "seal", "the rows chain to", async harm => await harm.Exchange(await harm.Stream("subscription", Scene.Id("waits")), 900m, 901m));
        yield return ("a row is lost", "row", "is missing", async harm => await harm.Run($"delete from journal where stream = {await Plain(harm)} and version = 2"));
        yield return ("a bit is flipped", "row", "does not have the checksum", async harm => await harm.Flip(await Plain(harm), 1));
        yield return ("a row is doubled", "once", "is counted a second time", async harm => await harm.Double(await Plain(harm), 2));
        yield return ("rows of nobody", "row", "belongs to no subscription and no wallet", harm => harm.Append(987_654, []));
        yield return ("a line is changed", "line", "the seal has", harm => harm.Run($"update document_lines set amount = '1.23' where {line} and line_number = 0"));
        yield return ("a line is lost", "line", "stands in no document", harm => harm.Run($"delete from document_lines where {line} and line_number = 0"));
        yield return ("a line is doubled", "line", "no seal stands behind it",
            harm => harm.Run($"insert into document_lines select * from document_lines where {line} and line_number = 0"));
        yield return ("a proof is changed", "line", "has the proof", harm => harm.Run($"update document_lines set body = replace(body, '\"count\":', '\"count\":1') where {line}"));
        yield return ("a document is lost", "number", "is missing", harm => harm.Run($"delete from documents where id = {invoice}"));
        yield return ("a document is lost with its lines", "line", "stands in no document", async harm =>
        {
            await harm.Run($"delete from document_lines where document = {invoice}");
            await harm.Run($"delete from documents where id = {invoice}");
        });
        yield return ("a total is changed", "total", "lines come to", harm => harm.Run($"update documents set total = '1.00' where id = {invoice}"));
        yield return ("an outstanding amount is changed", "total", "outstanding", harm => harm.Run($"update documents set outstanding = '1.00' where id = {invoice}"));
        yield return ("a number is changed", "number", "is missing",
            harm => harm.Run($"update documents set number = substr(number, 1, length(number) - 6) || '000777' where id = {invoice}"));
        yield return ("a prepayment has lost its invoice", "prepayment", "came to 51.00 and has no invoice", async harm =>
        {
            await harm.Run($"delete from document_lines where document in (select id from documents where key = '{Scene.Id("ahead")}|p1|prepayment')");
            await harm.Run($"delete from documents where key = '{Scene.Id("ahead")}|p1|prepayment'");
        });
        yield return ("a prepayment came to something else", "prepayment", "came to 51.00; its invoice",
            harm => harm.Run($"update documents set net = '50.00' where key = '{Scene.Id("ahead")}|p1|prepayment'"));
        yield return ("a line that waited is changed on its way", "line", "is copied from",
            harm => harm.Run($"update document_lines set amount = '-19.00' where child = '{Scene.Id("waits")}|{Scene.Month("06")}'"));
        yield return ("a line that waited is lost on its way", "line", "which is below zero",
            harm => harm.Run($"delete from document_lines where child = '{Scene.Id("waits")}|{Scene.Month("06")}'"));
        yield return ("a line of a discarded estimate is changed on its way", "line", "is copied from",
            harm => harm.Run($"update document_lines set amount = '19.00' where child = '{Scene.Id("estimated")}|{Scene.Month("05")}'"));
        yield return ("slices that nobody has received", "slice", "has granted 2 slices; the child has received 0", async harm => await harm.Append(
            await Wallet(harm, "limit"), StoreHarm.Frame(32, recorded, "subscription/nobody", 1, 1m), StoreHarm.Frame(32, recorded, "subscription/nobody", 2, 1m)));
        yield return ("a slice that was not granted", "slice", "has granted nothing", async harm =>
            await harm.Append(await Plain(harm), StoreHarm.Frame(3, recorded, (byte)1, Scene.Id("other"), (byte)0, 1, 5m)));
        yield return ("a wallet hands out what it does not have", "replay", "is not covered", async harm =>
            await harm.Append(await Wallet(harm, "other"), StoreHarm.Frame(32, recorded, "subscription/nobody", 1, 1_000_000m)));
        yield return ("a payment from nowhere", "transfer", "arrived that never left", async harm =>
            await harm.Append(await Wallet(harm, "other"), StoreHarm.Frame(34, recorded, Scene.Id("money"), "made up", 1m, (byte)0, "client")));
        yield return ("a payment that did not arrive", "transfer", "left; 3.5 arrived", async harm => await harm.Exchange(await Wallet(harm, "other"), 2.5m, 3.5m));
    }

    IEnumerable<(string Name, string Rule, string Words, Func<StoreHarm, Task> Plant)> HarmsOfBooks()
    {
        yield return ("a top-up is lost in the books", "books", "knows of 1 entries in the books; there are 0", harm => harm.Run(
            $"delete from account_facts where kind = 'wallet_money' and account = '{Scene.Id("operator")}/{Scene.Id("alfa")}/EUR'"));
        yield return ("a top-up is another one in the wallet", "books", "are not those that the wallet means", async harm =>
            await harm.Exchange(await harm.Stream("wallet", Scene.Id("money")), 100m, 101m));
        yield return ("the books know of a wallet that is none", "books", "no wallet means them", harm => harm.Run(
            $"update account_facts set body = replace(body, '\"wallet\":\"{Scene.Id("money")}\"', '\"wallet\":\"made-up\"') where kind = 'wallet_money'"));
        yield return ("a posting of a top-up is changed", "ledger", "wallet_money means", harm => harm.Run(
            $"update postings set amount = '-99.00' where ledger = 'wallet_liability' and (account, version) in "
            + "(select account, version from account_facts where kind = 'wallet_money')"));
    }
}
