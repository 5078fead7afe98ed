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
        (await Admin.Events(Scene.Sms("1", "alfa-0", "06-11T11:00", 1))).Only.ShouldBe("subscription_unfunded");
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
    public async Task who_waits_is_remembered_through_a_restart_and_comes_back_at_once()
    {
        await Set("40.00");
        await Scene.Clock("06-02T12:00");
        await Place.KillAndStart();
        // Too little wakes it for nothing, and it waits on.
        await TopUp("a", "1.00");
        await TopUp("b", "39.00");
        await Eventually(async () => (await Changes()).Count == 2);
        (await Changes())[1].ShouldBe("resume 06-02T12:00 ");
        await Verified();
    }

    [Fact]
    public async Task money_in_the_wallet_around_brings_service_back_at_once_too()
    {
        await Set("0", around: true);
        (await Changes()).ShouldBe(["suspend 05-01T00:00 no_funds"]);
        await Scene.Clock("05-11T00:00");
        await Admin.Post($"/v1/wallets/{Scene.Id("around")}/top_up", new { amount = "31.00", reference = "first" });
        await Eventually(async () => (await Changes()).Count == 2);
        (await Changes())[1].ShouldBe("resume 05-11T00:00 ");
        // 21 of 31 days.
        (await Admin.Get($"/v1/wallets/{Scene.Id("around")}/balance?consistency=exact")).Json.Amount("available").ShouldBe("10.00");
    }

    [Fact]
    public async Task PORT_27_a_raised_limit_that_pays_it_brings_service_back_at_once()
    {
        await Set("40.00");
        await Scene.Clock("06-11T12:00");
        // 20.67 are needed and 9.00 there: 11.66 more are a cent too little.
        await Limit("w", "11.66");
        await Scene.Clock("06-11T12:00:01");
        (await Changes()).ShouldBe(["suspend 06-01T00:00 no_funds"]);
        await Limit("w", "11.67");
        await Eventually(async () => (await Changes()).Count == 2);
        (await Changes())[1].ShouldBe("resume 06-11T12:00 ");
        (await Available()).ShouldBe("0.00");
        await Scene.Clock("07-01T00:10");
        (await Invoice("07-01")).SortedAmounts().ShouldBe(["-10.33", "31.00"]);
        await Verified();
    }

    [Fact]
    public async Task a_raised_limit_of_the_wallet_around_brings_service_back_at_once_too()
    {
        await Set("0", around: true);
        await Scene.Clock("05-11T00:00");
        await Limit("around", "31.00");
        await Eventually(async () => (await Changes()).Count == 2);
        (await Changes())[1].ShouldBe("resume 05-11T00:00 ");
        (await Admin.Get($"/v1/wallets/{Scene.Id("around")}/balance?consistency=exact")).Json.Amount("available").ShouldBe("10.00");
    }

    [Fact]
    public async Task a_fee_from_the_first_use_is_taken_when_that_has_come()
    {
        await Set("40.00", activation: "first_use");
        await Scene.Clock("05-12T12:00");
        (await Available()).ShouldBe("40.00");
        (await Admin.Events(Scene.Sms("1", "alfa-0", "05-12T11:00", 20))).Only.ShouldBe("accepted");
        // 20 of 31 days of 31.00, and 1.00 for the segments.
        await Eventually(async () => await Available() == "19.00");
        // What was used before and came later is the first use then: two days more.
        (await Admin.Events(Scene.Sms("2", "alfa-0", "05-10T11:00", 20))).Only.ShouldBe("accepted");
        await Eventually(async () => await Available() == "16.00");
        await Scene.Clock("06-01T00:10");
        (await Invoice("06-01")).SortedAmounts().ShouldBe(["2.00", "22.00"]);
        await Verified();
    }

    [Fact]
    public async Task a_fee_from_the_first_use_that_cannot_be_paid_stops_service_when_that_has_come()
    {
        await Set("20.99", activation: "first_use");
        await Scene.Clock("05-12T12:00");
        (await Admin.Events(Scene.Sms("1", "alfa-0", "05-12T11:00", 20))).Only.ShouldBe("accepted");
        await Eventually(async () => (await Changes()).Count == 1);
        (await Changes()).ShouldBe(["suspend 05-12T00:00 no_funds"]);
        (await Admin.Events(Scene.Sms("2", "alfa-0", "05-12T11:30", 1))).Only.ShouldBe("subscription_unfunded");
        await TopUp("a", "0.01");
        await Eventually(async () => (await Changes()).Count == 2);
        (await Available()).ShouldBe("0.00");
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

    async Task Set(string paidIn, bool around = false, string? activation = null)
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "rs1");
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", new { id = "fee", kind = "recurring", every = "month", price = "31.00", bill = "advance" }, Charge.Sms("0.05"));
        if (around) await Admin.Put($"/v1/wallets/{Scene.Id("around")}", new { owner = Scene.Id("rs1"), currency = "EUR", credit_limit = "0" });
        await Admin.Put($"/v1/wallets/{Scene.Id("w")}", around
            ? new { owner = Scene.Id("rs1"), currency = "EUR", credit_limit = "1000", parent = Scene.Id("around") }
            : new { owner = Scene.Id("rs1"), currency = "EUR", credit_limit = "0" });
        if (paidIn != "0") await TopUp("first", paidIn);
        var body = Body();
        if (activation is not null) body["activation"] = activation;
        await Admin.Put($"/v1/subscriptions/{Scene.Id("alfa-0")}", body);
        Scene.EndsLater("alfa-0", body);
    }

    Dictionary<string, object> Body() => new()
    {
        ["customer"] = Scene.Id("alfa"), ["starts_at"] = Scene.At("05-01"),
        ["legs"] = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("basic") } },
        ["funding"] = new { mode = "prepaid", wallet = Scene.Id("w"), fees = "wallet" },
    };

    Task Limit(string wallet, string limit) =>
        Admin.Put($"/v1/wallets/{Scene.Id(wallet)}", new { owner = Scene.Id("rs1"), currency = "EUR", credit_limit = limit });

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
