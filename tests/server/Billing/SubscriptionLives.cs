// The life of a subscription: activation, trial, pauses, changes of plan, its end, and what fees make of it (domain 1.1, 1.4, 1.5).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class SubscriptionLivesOnSqlite(OnSqlite place) : SubscriptionLives(place), IClassFixture<OnSqlite>;

public sealed class SubscriptionLivesOnPostgres(OnPostgres place) : SubscriptionLives(place), IClassFixture<OnPostgres>;

public abstract class SubscriptionLives(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task PORT_in_advance_a_sign_up_on_1_June_pays_60_on_1_July_and_30_on_1_August()
    {
        await Reseller("06-01", Fee("30.00", bill: "advance", ahead: 1));
        var preview = await Preview();
        await Scene.Clock("07-01T00:10");
        var july = await Invoice("07-01");
        july.Amount("net").ShouldBe("60.00");
        july.List("lines").Select(line => (line.Amount(), line.Text("original_period"))).ShouldBe([("30.00", Scene.Month("06")), ("30.00", Scene.Month("07"))]);
        preview.LineAmounts().ShouldBe(july.LineAmounts());
        await Scene.Clock("08-01T00:10");
        (await Invoice("08-01")).Amount("net").ShouldBe("30.00");

        // The end comes to be known when August is posted already: its last days are given back.
        await Command("cancel", new { id = "bye", at = Scene.At("08-11") });
        await Scene.Plan("seat", Fee("50.00", id: "seat"));
        await Scene.Subscribe("alfa-1", "alfa", "08-01", ("wholesale", "seat"));
        await Scene.Clock("09-01T00:10");
        var september = await Invoice("09-01");
        // 21 of 31 days of August.
        september.SortedAmounts().ShouldBe(["-20.32", "50.00"]);
        var credit = september.List("lines").Single(line => line.Text("kind") == "credit");
        (credit.Text("quantity"), credit.Days()).ShouldBe(("-1", (Scene.Date("08-11"), Scene.Date("08-31"))));
    }

    [Fact]
    public async Task APIC_bought_on_the_8th_and_used_to_the_23rd_is_16_days_or_23_or_all_by_two_switches()
    {
        await Scene.Clock("04-01");
        await Scene.Wholesale("operator", "rs1");
        await Scene.Customer("x", "rs1");
        foreach (var (name, entry, exit) in new[] { ("both", true, true), ("exit", false, true), ("entry", true, false), ("none", false, false) })
        {
            await Scene.Plan(name, Charge.Monthly("300.00", entry, exit));
            await Scene.Subscribe($"x-{name}", "x", "04-08T10:00", Scene.At("04-23T18:00"), ("wholesale", name));
        }

        await Scene.Clock("05-01T00:10");
        (await Scene.TheDocument("rs1")).SortedAmounts().ShouldBe(["160.00", "230.00", "230.00", "300.00"]);
    }

    [Fact]
    public async Task a_change_of_plan_splits_fees_and_usage_at_its_instant()
    {
        await Reseller("05-01", Fee("31.00"), Charge.Sms("0.0500"));
        await Scene.Plan("pro", Fee("62.00"), Charge.Sms("0.0400"));
        await Scene.Clock("05-11T10:00");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-11T09:59:59", 100));
        (await Command("change_plan", new { id = "up", at = Scene.At("05-11T10:00"), plan = Scene.Id("pro"), reason = "more seats" })).Expect(200)
            .Json.List("changes").ShouldHaveSingleItem().Text("agreement").ShouldBe(Scene.Id("wholesale"));
        await Scene.Clock("05-20");
        // Its own time decides, whenever it comes.
        (await Admin.Events(Scene.Sms("2", "alfa-0", "05-11T09:00", 50), Scene.Sms("3", "alfa-0", "05-11T10:00", 200))).Counts.ShouldBe((2, 0, 0, 0));
        await Scene.Clock("05-31");
        var preview = await Preview();
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("rs1");
        // 10 days of 31.00, 21 of 62.00; 150 and 200 segments.
        invoice.SortedAmounts().ShouldBe(["7.50", "8.00", "10.00", "42.00"]);
        preview.LineAmounts().ShouldBe(invoice.LineAmounts());
        (await Command("change_plan", new { id = "same", plan = Scene.Id("pro") })).Refused(409, "conflict");
        (await Command("change_plan", new { plan = Scene.Id("nothing") })).Expect(400).Fields.ShouldBe(["plan"]);
        // The definition that was put may be put again.
        var again = await Admin.Get($"/v1/subscriptions/{Scene.Id("alfa-0")}");
        again.Json.List("changes").Count().ShouldBe(1);
        await Scene.Clock("07-01T00:10");
        (await Invoice("07-01")).Amount("net").ShouldBe("62.00");
    }

    [Fact]
    public async Task a_suspension_refuses_usage_and_credits_its_days_if_the_charge_says_so()
    {
        await Reseller("05-01", Fee("31.00", credit: ["suspended"]), Fee("62.00", id: "line"), Charge.Sms("0.0500"));
        await Scene.Clock("05-04");
        var asked = new { id = "pause", at = Scene.At("05-04"), reason = "suspended" };
        var first = (await Command("suspend", asked)).Expect(200);
        (await Command("suspend", asked)).Expect(200).Body.ShouldBe(first.Body);
        (await Command("suspend", new { id = "pause", at = Scene.At("05-05") })).Refused(409, "idempotency_conflict");
        (await Command("suspend", new { id = "again" })).Refused(409, "subscription_not_active");
        await Scene.Clock("05-06");
        (await Admin.Events(Scene.Sms("1", "alfa-0", "05-05", 10))).Only.ShouldBe("subscription_not_active");
        (await Command("resume", new { id = "go-on", at = Scene.At("05-03") })).Refused(409, "change_out_of_order");
        await Command("resume", new { id = "go-on", at = Scene.At("05-09T12:00") });
        (await Command("resume", new { id = "go-on-2" })).Refused(409, "change_out_of_order");
        await Scene.Clock("05-10");
        (await Command("resume", new { id = "go-on-3" })).Refused(409, "subscription_not_suspended");
        (await Admin.Events(Scene.Sms("2", "alfa-0", "05-09T12:00", 10))).Only.ShouldBe("accepted");
        await Scene.Clock("06-01T00:10");
        // 4 to 8 May: the 9th has service. The other fee runs on.
        (await Scene.TheDocument("rs1")).SortedAmounts().ShouldBe(["-5.00", "0.50", "31.00", "62.00"]);
    }

    [Fact]
    public async Task days_on_which_the_partner_was_stopped_are_credited_by_the_fees_that_say_so()
    {
        await Reseller("05-01", Fee("31.00", credit: ["blocked"]), Fee("62.00", id: "line", credit: ["suspended", "blocked"]), Fee("31.00", id: "kept"));
        await Scene.Clock("05-04");
        await Admin.Post($"/v1/partners/{Scene.Id("rs1")}/suspend", new { reason = "owes" });
        // The subscription itself is suspended within: its days are lost once.
        await Scene.Clock("05-05");
        (await Command("suspend", new { id = "off" })).Expect(200);
        await Scene.Clock("05-08");
        (await Command("resume", new { id = "on" })).Expect(200);
        await Scene.Clock("05-10T12:00");
        await Admin.Post($"/v1/partners/{Scene.Id("rs1")}/block", new { reason = "fraud" });
        await Scene.Clock("05-13T08:00");
        await Admin.Post($"/v1/partners/{Scene.Id("rs1")}/resume", new { reason = "cleared" });
        var preview = await Preview();
        await Scene.Clock("06-01T00:10");
        // Suspended or blocked from the 4th to the 12th: 9 × 2.00. Blocked on the 11th and the 12th, whole days: 2 × 1.00.
        var may = await Scene.TheDocument("rs1");
        may.SortedAmounts().ShouldBe(["-18.00", "-2.00", "31.00", "31.00", "62.00"]);
        preview.LineAmounts().ShouldBe(may.LineAmounts());
        await Scene.Clock("07-01T00:10");
        (await Invoice("07-01")).SortedAmounts().ShouldBe(["31.00", "31.00", "62.00"]);
    }

    [Fact]
    public async Task fees_begin_with_the_first_use_or_with_the_end_of_the_trial()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "rs1");
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", Fee("31.00"), new { id = "setup", kind = "one_time", price = "9.00", on = "start" }, Charge.Sms("0.0500"));
        await Subscribe("used", new() { ["activation"] = "first_use" });
        await Subscribe("unused", new() { ["activation"] = "first_use" });
        await Subscribe("tried", new() { ["trial_ends_at"] = Scene.At("05-22") });
        await Scene.Clock("05-14");
        // The second is earlier by its own time.
        await Admin.Events(Scene.Sms("1", "used", "05-13", 1));
        await Admin.Events(Scene.Sms("2", "used", "05-12T08:00", 1));
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("rs1");
        Lines(invoice, "used").ShouldBe(["0.10", "9.00", "20.00"]);
        Lines(invoice, "tried").ShouldBe(["9.00", "10.00"]);
        Lines(invoice, "unused").ShouldBeEmpty();
        // First used in May, told in June: all of its May is on the next invoice.
        await Admin.Events(Scene.Sms("3", "unused", "05-30", 1));
        await Scene.Clock("07-01T00:10");
        Lines(await Invoice("07-01"), "unused").ShouldBe(["0.05", "2.00", "9.00", "31.00"]);
        Lines(await Invoice("07-01"), "used").ShouldBe(["31.00"]);
    }

    [Fact]
    public async Task an_end_before_the_minimum_term_costs_its_penalty_once()
    {
        await Reseller("05-12", new { id = "fee", kind = "recurring", every = "month", price = "31.00", minimum_term = 3, penalty = "45.00" });
        await Scene.Clock("06-20");
        (await Command("cancel", new { id = "bye", at = Scene.At("06-21"), reason = "moved away" })).Expect(200);
        (await Command("cancel", new { id = "bye-bye", at = Scene.At("06-25") })).Refused(409, "subscription_not_active");
        await Scene.Clock("06-22");
        (await Command("suspend", new { id = "late" })).Refused(409, "subscription_not_active");
        await Scene.Clock("07-01T00:10");
        (await Invoice("06-01")).Amount("net").ShouldBe("20.00");
        (await Invoice("07-01")).SortedAmounts().ShouldBe(["20.67", "45.00"]);
        await Scene.Clock("08-01T00:10");
        (await Scene.Documents("rs1")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task calendars_of_weeks_close_every_monday_and_are_named_by_it()
    {
        var monday = new NodaTime.LocalDate(Scene.Year, 6, 2).With(NodaTime.DateAdjusters.NextOrSame(NodaTime.IsoDayOfWeek.Monday));
        string Day(int after) => monday.PlusDays(after).ToString("MM-dd", null);
        await Scene.Clock(Day(0));
        await Admin.Put($"/v1/calendars/{Scene.Id("weeks")}", new { every = "week", time_zone = Zone });
        await Scene.Wholesale("operator", "rs1", Scene.Id("weeks"));
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", new { id = "day", kind = "recurring", every = "day", price = "1.10" },
            new { id = "month", kind = "recurring", every = "month", price = "30.00", bill = "progressive" }, Charge.Sms("0.0500"));
        await Scene.Subscribe("alfa-0", "alfa", Day(2), ("wholesale", "basic"));
        await Scene.Clock(Day(5));
        await Admin.Events(Scene.Sms("1", "alfa-0", Day(3), 10));
        await Scene.Clock(Day(7) + "T00:10");
        await Admin.Events(Scene.Sms("2", "alfa-0", Day(7), 20));
        var week = await Scene.TheDocument("rs1");
        // Five days, one line.
        week.SortedAmounts().ShouldBe(["0.50", "5.00", "5.50"]);
        week.List("lines").Single(line => line.Amount() == "5.50").Text("quantity").ShouldBe("5");
        (week.Text("billing_period"), week.Days()).ShouldBe((Scene.Date(Day(0)), (Scene.Date(Day(0)), Scene.Date(Day(6)))));
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Date(Day(0)))).Quantity.ShouldBe("10");
        (await Scene.Usage("partners", "rs1", Scene.Date(Day(7)))).Quantity.ShouldBe("20");
        (await Preview(Scene.Date(Day(7)))).SortedAmounts().ShouldBe(["1.00", "7.00", "7.70"]);
        // By the month in which it begins, and by the days on which it may begin.
        foreach (var asked in new[] { Scene.Date(Day(0))[..7], Scene.Date(Day(0)), $"{Scene.Date(Day(-1))}&to={Scene.Date(Day(3))}" })
            (await Margin(asked)).ShouldBe("11.00");
        (await Margin($"{Scene.Date(Day(1))}&to={Scene.Date(Day(6))}")).ShouldBe("none");
        (await Admin.TryGet($"/v1/reports/margin?party={Scene.Id("operator")}&from={Scene.Date(Day(0))}&to={Scene.Month("06")}")).Refused(400, "invalid_request")
            .Fields.ShouldBe(["to"]);
        (await Admin.TryPost($"/v1/calendars/{Scene.Id("weeks")}/close", new { period = Scene.Month("06") })).Refused(400, "invalid_request").Fields.ShouldBe(["period"]);
        await Command("cancel", new { id = "end" });
    }

    [Fact]
    public async Task a_calendar_that_counts_from_its_creation_runs_to_the_next_28th_first()
    {
        await Scene.Clock("01-30T09:00");
        var made = await Admin.Put($"/v1/calendars/{Scene.Id("own")}", new { anchor = "created", overflow = "day_28", time_zone = Zone });
        made.Json.Text("created_on").ShouldBe(Scene.Date("01-30"));
        await Scene.Wholesale("operator", "rs1", Scene.Id("own"));
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", Fee("29.00"));
        await Scene.Subscribe("alfa-0", "alfa", "01-30", ("wholesale", "basic"));
        await Scene.Clock("03-28T00:10");
        (await Admin.Put($"/v1/calendars/{Scene.Id("own")}", new { anchor = "created", overflow = "day_28", time_zone = Zone })).Json.Int("version").ShouldBe(1);
        foreach (var (issued, from, to) in new[] { ("02-28", "01-30", "02-27"), ("03-28", "02-28", "03-27") })
        {
            var invoice = await Invoice(issued);
            (invoice.Days(), invoice.Amount("net")).ShouldBe(((Scene.Date(from), Scene.Date(to)), "29.00"));
        }
    }

    async Task<string> Margin(string asked) => (await Admin.Get($"/v1/reports/margin?party={Scene.Id("operator")}&from={asked}&group_by=none")).Json.List("rows").ToList()
        is [var only] ? only.Amount("revenue") : "none";

    static object Fee(string price, string bill = "arrears", int ahead = 0, string id = "fee", string[]? credit = null) =>
        new { id, kind = "recurring", every = "month", price, bill, advance_periods = ahead, credit_days_when = credit ?? [] };

    static IReadOnlyList<string> SortedOf(IEnumerable<JsonElement> lines) => [.. lines.Select(line => line.Amount()).OrderBy(amount => amount.Exact())];

    IReadOnlyList<string> Lines(JsonElement invoice, string subscription) =>
        SortedOf(invoice.List("lines").Where(line => line.Text("subscription") == Scene.Id(subscription)));

    // A reseller with one customer and one subscription that begins when the clock is set.
    async Task Reseller(string from, params object[] charges)
    {
        await Scene.Clock(from);
        await Scene.Wholesale("operator", "rs1");
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", charges);
        await Scene.Subscribe("alfa-0", "alfa", from, ("wholesale", "basic"));
    }

    async Task Subscribe(string id, Dictionary<string, object> body)
    {
        body["customer"] = Scene.Id("alfa");
        body["starts_at"] = Scene.At("05-01");
        body["legs"] = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("basic") } };
        await Admin.Put($"/v1/subscriptions/{Scene.Id(id)}", body);
        Scene.EndsLater(id, body);
    }

    Task<Answer> Command(string action, object body) => Admin.TryPost($"/v1/subscriptions/{Scene.Id("alfa-0")}/{action}", body);

    async Task<JsonElement> Invoice(string issued) =>
        await Scene.Document((await Scene.Documents("rs1")).Single(one => one.Text("issue_date") == Scene.Date(issued)));

    async Task<JsonElement> Preview(string? period = null) =>
        (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("rs1"), period = period ?? "current" })).Json.List("documents").ShouldHaveSingleItem();
}
