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

public abstract class VerifyScenarios(ServerPlace place) : Prepaid.PrepaidScenario(place)
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
        await EverythingHappens();
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        output.ShouldContain("Everything holds.");
        code.ShouldBe(0, output);

        await using var connection = await Place.OpenStore();
        var harm = new StoreHarm(connection);
        await harm.Keep();
        var failures = new List<string>();
        foreach (var (name, rule, words, plant) in Harms())
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

    /// <summary>Postpaid, prepaid on two levels, packages, holds, corrections, delivery reports, late usage, a document that waits, transfers; May, June and July are closed.</summary>
    protected async Task EverythingHappens()
    {
        await Scene.Agreement("own", "operator", "alfa");
        await Wallet("money", "alfa", "100");
        await Wallet("limit", "reseller", "5", limit: "1000");
        await Wallet("other", "reseller", "0");
        await Admin.Post($"/v1/wallets/{Scene.Id("limit")}/transfer", new { to = Scene.Id("other"), amount = "2.5", reference = "to the other" });
        await Scene.Subscribe("plain", "alfa", "05-01", ("wholesale", "price"));
        await Scene.Subscribe("waits", "alfa", "05-01", ("own", "price"));
        await TwoLegs("paid", "money", "limit");
        await Admin.Events(Scene.Sms("a", "plain", "05-12T10:00", 12345, "FI"), Scene.Sms("b", "plain", "05-12T10:01", 7, "FI"), Sms("c", "paid", 30),
            Sms("d", "paid", 4), Scene.Sms("e", "waits", "05-12T10:00", 400, "FI"));
        await Admin.Events(Scene.Sms("f", "plain", "05-12T10:02", 2, "FI"));
        (await TryHold("paid", "h", "20")).Expect(200, 201);
        (await TryHold("paid", "let-go", "20")).Expect(200, 201);
        await Admin.Post(Hold("paid", "/h/capture"), new { quantity = "12" });
        await Packages();
        await Correct("plain", "one", "b", "05-12T10:01", "amend", "5");
        await Correct("paid", "two", "d", "05-12T11:00", "retract");
        await Scene.Clock("06-02");
        await Admin.Events(Scene.Sms("late", "plain", "05-30T10:00", 11, "FI"), Scene.Sms("june", "plain", "06-01T10:00", 13, "FI"));
        await Correct("waits", "three", "e", "05-12T10:00", "retract");
        await Scene.Clock("07-02");
        await Admin.Events(Scene.Sms("g", "waits", "07-01T10:00", 900, "FI"));
        await Scene.Clock("08-02");
    }

    async Task Packages()
    {
        await Scene.Agreement("delivered", "operator", "reseller", chargePoint: "deliver");
        await Scene.Subscribe("packed", "alfa", "05-01", ("delivered", "price"));
        foreach (var id in (string[])["first", "second"])
        {
            (await Admin.TryPost($"/v1/subscriptions/{Scene.Id("packed")}/grants",
                new { id, meter = "sms.mt.segment", quantity = "10", price = "4", on_exhausted = "overage" })).Expect(200);
        }
        // All of the first, part of the second; both and the plan; back; back and again.
        await Admin.Events(Sms("p1", "packed", 12), Sms("p2", "packed", 3), Sms("p3", "packed", 9), Sms("p4", "packed", 1));
        await Correct("packed", "p-two", "p2", "05-12T11:00", "retract");
        foreach (var (id, of, state) in new[] { ("d1", "p3", "UNDELIV"), ("d2", "p4", "EXPIRED"), ("d3", "p4", "DELIVRD") })
        {
            (await Admin.TryPost("/v1/delivery_reports", new
            {
                id, subscription = Scene.Id("packed"), state, @event = new { source = "/scenarios", id = of, time = Scene.At("05-12T11:00") },
            })).Expect(200);
        }
    }

    async Task Correct(string subscription, string id, string eventId, string time, string action, string? quantity = null) =>
        (await Admin.TryPost("/v1/corrections", Corrections.CorrectionBodies.Of(Scene, id, eventId, action, quantity, time, subscription, "/scenarios"))).Expect(200);

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
        yield return ("a line that waited is changed on its way", "line", "is copied from",
            harm => harm.Run($"update document_lines set amount = '-19.00' where child = '{Scene.Id("waits")}|{Scene.Month("06")}'"));
        yield return ("a line that waited is lost on its way", "line", "which is below zero",
            harm => harm.Run($"delete from document_lines where child = '{Scene.Id("waits")}|{Scene.Month("06")}'"));
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
}
