// Fees in advance that a wallet pays: without money there is no service, each day without it is not owed, and money brings it back (domain 0.3, rule 27).
using System.Globalization;
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class FundedFeesOnSqlite(OnSqlite place) : FundedFees(place), IClassFixture<OnSqlite>;

public sealed class FundedFeesOnPostgres(OnPostgres place) : FundedFees(place), IClassFixture<OnPostgres>;

public abstract class FundedFees(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task PORT_27_a_fee_is_taken_when_it_is_due_and_the_invoice_leaves_the_tax()
    {
        await Set("40.00");
        (await Available()).ShouldBe("9.00");
        await Scene.Clock("05-12T12:00");
        (await Admin.Events(Scene.Sms("1", "alfa-0", "05-12T11:00", 20))).Counts.ShouldBe((1, 0, 0, 0));
        (await Available()).ShouldBe("8.00");
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("rs1") })).Json.List("documents").ShouldHaveSingleItem();
        await Scene.Clock("06-01T00:10");
        var may = await Invoice("06-01");
        may.SortedAmounts().ShouldBe(["1.00", "31.00"]);
        Sums(may).ShouldBe(("32.00", "8.16", "40.16", "32.00", "8.16"));
        Sums(preview).ShouldBe(("32.00", "8.16", "40.16", "32.00", "8.16"));
        // June is due, and 8.00 are not 31.00.
        (await Changes()).ShouldBe(["suspend 06-01T00:00 no_funds"]);
        (await Available()).ShouldBe("8.00");
        await Verified();
    }

    [Fact]
    public async Task PORT_27_each_day_without_service_lowers_the_need_until_what_is_there_is_enough()
    {
        await Set("40.00");
        await Scene.Clock("06-11T12:00");
        (await Admin.Events(Scene.Sms("1", "alfa-0", "06-11T11:00", 1))).Only.ShouldBe("subscription_not_active");
        await TopUp("a", "9.00");
        // 30 days at 31.00: the need is 20.67 now, 18.60 on the 13th and 17.57 on the 14th, and 18.00 are there.
        await Scene.Clock("06-13T12:00");
        (await Available()).ShouldBe("18.00");
        await Scene.Clock("06-14T00:01");
        (await Changes()).ShouldBe(["suspend 06-01T00:00 no_funds", "resume 06-14T00:00 "]);
        (await Available()).ShouldBe("0.43");
        (await Admin.Events(Scene.Sms("2", "alfa-0", "06-14T00:00:30", 8))).Counts.ShouldBe((1, 0, 0, 0));
        await Scene.Clock("07-01T00:10");
        var june = await Invoice("07-01");
        june.List("lines").Select(line => (line.Text("kind"), line.Amount(), line.Days())).ShouldBe([
            ("recurring", "31.00", (Scene.Date("06-01"), Scene.Date("06-30"))), ("credit", "-13.43", (Scene.Date("06-01"), Scene.Date("06-13"))),
            ("usage", "0.40", (Scene.Date("06-01"), Scene.Date("06-30")))], ignoreOrder: true);
        Sums(june).ShouldBe(("17.97", "4.58", "22.55", "17.97", "4.58"));
        await Verified();
    }

    [Fact]
    public async Task PORT_27_a_top_up_that_pays_it_brings_service_back_at_once()
    {
        await Set("40.00");
        await Scene.Clock("06-11T12:00");
        await TopUp("a", "20.00");
        await Eventually(async () => (await Changes()).Count == 2);
        (await Changes())[1].ShouldBe("resume 06-11T12:00 ");
        // 31.00 less ten days of thirty.
        (await Available()).ShouldBe("8.33");
        await Scene.Clock("07-01T00:10");
        (await Invoice("07-01")).SortedAmounts().ShouldBe(["-10.33", "31.00"]);
    }

    [Fact]
    public async Task PORT_27_without_money_service_never_begins_and_nothing_is_owed_for_it()
    {
        await Set("0");
        (await Changes()).ShouldBe(["suspend 05-01T00:00 no_funds"]);
        await Scene.Clock("06-01T00:10");
        (await Scene.Documents("rs1")).ShouldBeEmpty();
        await Scene.Clock("06-21T10:00");
        await TopUp("a", "11.00");
        await Eventually(async () => (await Changes()).Count == 2);
        // Ten of thirty days of June are left, and of May nothing is owed.
        (await Available()).ShouldBe("0.67");
        await Scene.Clock("07-01T00:10");
        Sums(await Invoice("07-01")).ShouldBe(("10.33", "2.63", "12.96", "10.33", "2.63"));
        await Verified();
    }

    [Fact]
    public async Task who_waits_is_forgotten_by_a_restart_and_found_by_the_look_of_the_next_day()
    {
        await Set("40.00");
        await Scene.Clock("06-02T12:00");
        await Place.KillAndStart();
        await TopUp("a", "40.00");
        await Scene.Clock("06-02T23:59");
        (await Changes()).Count.ShouldBe(1);
        await Scene.Clock("06-03T00:01");
        (await Changes())[1].ShouldBe("resume 06-03T00:00 ");
        // 49.00 less 31.00 without the first two days of thirty.
        (await Available()).ShouldBe("20.07");
        await Verified();
    }

    [Fact]
    public async Task an_end_gives_back_to_the_wallet_what_was_paid_beyond_it()
    {
        await Set("40.00");
        await Scene.Clock("05-10T12:00");
        (await Admin.TryPost($"/v1/subscriptions/{Scene.Id("alfa-0")}/cancel", new { id = "bye", at = Scene.At("05-11") })).Expect(200);
        (await Available()).ShouldBe("30.00");
        // The wallet has heard of it without asking.
        (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance")).Json.Amount("posted").ShouldBe("30.00");
        await Scene.Clock("06-01T00:10");
        Sums(await Invoice("06-01")).ShouldBe(("10.00", "2.55", "12.55", "10.00", "2.55"));
        await Verified();
    }

    [Fact]
    public async Task what_pays_fees_is_said_once_and_belongs_to_prepaid()
    {
        await Set("40.00");
        var postpaid = Body();
        postpaid["funding"] = new { mode = "postpaid", fees = "wallet" };
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("other")}", postpaid)).Expect(400).Fields.ShouldBe(["funding.fees"]);
        postpaid["funding"] = new { mode = "prepaid", wallet = Scene.Id("w"), fees = "cash" };
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("other")}", postpaid)).Expect(400).Fields.ShouldBe(["funding.fees"]);
        postpaid["funding"] = new { mode = "prepaid", wallet = Scene.Id("w") };
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("alfa-0")}", postpaid)).Refused(409, "conflict").Fields.ShouldBe(["funding.fees"]);
    }

    async Task Set(string paidIn)
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "rs1");
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", new { id = "fee", kind = "recurring", every = "month", price = "31.00", bill = "advance" }, Charge.Sms("0.05"));
        await Admin.Put($"/v1/wallets/{Scene.Id("w")}", new { owner = Scene.Id("rs1"), currency = "EUR", credit_limit = "0" });
        if (paidIn != "0") await TopUp("first", paidIn);
        await Admin.Put($"/v1/subscriptions/{Scene.Id("alfa-0")}", Body());
        Scene.EndsLater("alfa-0", Body());
    }

    Dictionary<string, object> Body() => new()
    {
        ["customer"] = Scene.Id("alfa"), ["starts_at"] = Scene.At("05-01"),
        ["legs"] = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("basic") } },
        ["funding"] = new { mode = "prepaid", wallet = Scene.Id("w"), fees = "wallet" },
    };

    Task TopUp(string reference, string amount) => Admin.Post($"/v1/wallets/{Scene.Id("w")}/top_up", new { amount, reference });

    async Task<string> Available() => (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance?consistency=exact")).Json.Amount("available");

    async Task<IReadOnlyList<string>> Changes() => (await Admin.Get($"/v1/subscriptions/{Scene.Id("alfa-0")}")).Json is var json
        && json.TryGetProperty("changes", out _) ? [.. json.List("changes").Select(change => $"{change.Text("action")} {Local(change.Text("at"))} "
            + (change.TryGetProperty("reason", out var reason) ? reason.GetString() : ""))] : [];

    // All of it is in summer.
    static string Local(string instant) =>
        DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture).ToOffset(TimeSpan.FromHours(3)).ToString("MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    async Task<JsonElement> Invoice(string issued) =>
        await Scene.Document((await Scene.Documents("rs1")).Single(one => one.Text("issue_date") == Scene.Date(issued)));

    static (string Net, string Tax, string Total, string Prepaid, string Outstanding) Sums(JsonElement document) => (document.Amount("net"),
        document.Amount("tax"), document.Amount("total"), document.Amount("prepaid"), document.Amount("outstanding"));

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
