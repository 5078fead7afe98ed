// Closing: runs, their order, numbers without gaps, the sandbox clock, and what happens when one agreement cannot be closed.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class ClosingOnSqlite(OnSqlite place) : Closing(place), IClassFixture<OnSqlite>;

public sealed class ClosingOnPostgres(OnPostgres place) : Closing(place), IClassFixture<OnPostgres>;

public abstract class Closing(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task the_clock_over_three_month_ends_issues_in_order_and_numbers_have_no_gap()
    {
        await Partners(await Scene.Calendar(), "a", "b");
        await Scene.Clock("08-01T00:00");
        var issued = new List<JsonElement>();
        foreach (var partner in new[] { "a", "b" }) issued.AddRange(await Scene.Documents(partner));
        var prefix = $"{Scene.Id("operator").ToUpperInvariant()}-{Scene.Year}-";
        var inOrder = issued.OrderBy(one => one.Text("number"), StringComparer.Ordinal).ToList();
        inOrder.Select(one => one.Text("number")).ShouldBe(Enumerable.Range(1, 6).Select(n => $"{prefix}{n:000000}"));
        inOrder.Select(one => one.Text("issue_date")).ShouldBe(new[] { "06-01", "06-01", "07-01", "07-01", "08-01", "08-01" }.Select(date => Scene.Date(date)));
        inOrder.Select(one => one.Text("billing_period")).ShouldBe(new[] { "05", "05", "06", "06", "07", "07" }.Select(month => Scene.Month(month)));
    }

    [Fact]
    public async Task documents_of_one_day_are_paged_newest_number_first()
    {
        await Partners(await Scene.Calendar(), "a", "b", "c");
        await Scene.Clock("07-01T00:00");
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Admin.Get($"/v1/documents?party={Scene.Id("operator")}&limit=1&cursor={cursor}")).Json;
            seen.AddRange(page.List("data").Select(one => one.Text("number")));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        seen.ShouldBe(Enumerable.Range(1, 6).Reverse().Select(n => $"{Scene.Id("operator").ToUpperInvariant()}-{Scene.Year}-{n:000000}"));
    }

    [Fact]
    public async Task the_clock_does_not_go_back()
    {
        await Scene.Clock("05-02");
        (await Admin.TryPost("/v1/clock/advance", new { to = Scene.At("05-01T23:59:59") })).Refused(409, "clock_only_moves_forward");
        DateTimeOffset.Parse((await Admin.Get("/v1/clock")).Json.Text("now")).ShouldBe(DateTimeOffset.Parse(Scene.At("05-02")));
        await Scene.Clock("05-02");
    }

    [Fact]
    public async Task closing_by_the_API_keeps_the_order_of_periods_and_happens_once()
    {
        // So much grace that nothing is closed by itself while two periods have ended.
        var calendar = await Scene.Calendar(grace: "P31D");
        await Partners(calendar, "a");
        await Scene.Clock("05-31T23:59:59");
        (await Close(calendar, "05")).Refused(409, "period_not_finished");
        await Scene.Clock("07-01T12:00");
        (await Close(calendar, "06")).Refused(409, "period_out_of_order");
        (await Close(calendar, "08")).Refused(409, "period_not_finished");
        (await Scene.Documents("a")).ShouldBeEmpty();

        var first = (await Close(calendar, "05")).Expect(202).Json.Text("id");
        (await Close(calendar, "05")).Expect(202).Json.Text("id").ShouldBe(first);
        await Scene.Clock("07-01T12:00");
        (await Scene.TheDocument("a")).Text("issue_date").ShouldBe(Scene.Date("07-01"));
        (await Close(calendar, "06")).Expect(202);
        await Scene.Clock("07-01T12:00");
        (await Close(calendar, "05")).Expect(202).Json.Text("id").ShouldBe(first);
        (await Scene.Documents("a")).Select(one => one.Text("billing_period")).ShouldBe([Scene.Month("05"), Scene.Month("06")]);
    }

    [Fact]
    public async Task what_cannot_be_closed_is_refused_with_its_reason()
    {
        var calendar = await Scene.Calendar();
        (await Admin.TryPost($"/v1/calendars/{calendar}/close", new { period = "May" })).Refused(400, "invalid_request").Fields.ShouldBe(["period"]);
        (await Admin.TryPost($"/v1/calendars/{calendar}/close", new { })).Refused(400, "invalid_request").Fields.ShouldBe(["period"]);
        (await Admin.TryPost("/v1/calendars/nowhere/close", new { period = "2025-05" })).Refused(404, "not_found");
        (await Admin.TryGet("/v1/runs/nowhere:2025-05")).Refused(404, "not_found");
        (await Admin.TryPost("/v1/runs/nowhere:2025-05/retry")).Refused(404, "not_found");
    }

    [Fact]
    public async Task a_run_tells_what_it_expected_and_what_is_done()
    {
        var calendar = await Scene.Calendar(grace: "PT1H");
        await Partners(calendar, "a", "b");
        await Scene.Clock("06-01T00:59");
        (await Admin.Get($"/v1/runs?calendar={calendar}")).Json.List("data").ShouldNotContain(run => run.Text("period") == Scene.Month("05"));
        await Scene.Clock("06-01T01:10");
        var run = (await Admin.Get($"/v1/runs/{calendar}:{Scene.Month("05")}")).Json;
        run.Text("state").ShouldBe("completed");
        var progress = run.GetProperty("progress");
        (progress.Int("expected"), progress.Int("done"), progress.Int("failed"), progress.Int("missing")).ShouldBe((2, 2, 0, 0));
        (run.GetProperty("reports").Int("expected"), run.GetProperty("reports").Int("missing")).ShouldBe((2, 0));
        run.List("items").Select(item => (item.Text("buyer"), item.Text("state"))).ShouldBe([(Scene.Id("a"), "done"), (Scene.Id("b"), "done")]);
        (await Admin.Get("/v1/runs?limit=1")).Json.List("data").Single().TryGetProperty("items", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task a_damaged_journal_parks_its_own_agreement_and_no_other_and_a_retry_completes_it()
    {
        var calendar = await Scene.Calendar(grace: "PT2H");
        await Partners(calendar, "a", "b", "c");
        await Scene.Clock("05-20");
        await Admin.Events(new[] { "a", "b", "c" }.Select(partner => Scene.Sms("1", $"{partner}-0", "05-19", 100)));
        await Damage("b-0");
        // One agreement's failure does not hold the clock, but it is told.
        var advanced = (await Scene.Clock("06-01T02:10")).Json;
        (advanced.Int("parked"), advanced.List("failed_runs").Single().GetString()).ShouldBe((1, $"{calendar}:{Scene.Month("05")}"));

        var run = $"/v1/runs/{calendar}:{Scene.Month("05")}";
        var parked = (await Admin.Get(run)).Json;
        parked.Text("state").ShouldBe("failed");
        var failed = (await Admin.Get(run + "?state=failed")).Json.List("items").ShouldHaveSingleItem();
        failed.Text("buyer").ShouldBe(Scene.Id("b"));
        failed.Text("reason").ShouldContain(Scene.Id("b-0"));
        (await Net("a"), await Net("b"), await Net("c")).ShouldBe(("6.00", "", "6.00"));
        // Usage on it is not taken, and nobody is told zeros for what cannot be read.
        var refused = await Admin.TryEvents("application/x-ndjson", Api.Lines([Scene.Sms("2", "b-0", "06-01", 1)]));
        UsageAnswer.Of(refused.Refused(503, "unavailable")).Unknown.ShouldBe(1);
        (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("b-0")}/usage?period={Scene.Month("05")}")).Refused(503, "unavailable");

        await Damage("b-0");
        (await Admin.Post(run + "/retry")).Status.ShouldBe(202);
        (await Scene.Clock("06-01T02:20")).Json.Int("parked").ShouldBe(0);
        (await Admin.Get(run)).Json.Text("state").ShouldBe("completed");
        (await Net("a"), await Net("b"), await Net("c")).ShouldBe(("6.00", "6.00", "6.00"));
        (await Scene.TheDocument("b")).Text("number").ShouldBe($"{Scene.Id("operator").ToUpperInvariant()}-{Scene.Year}-000003");

        async Task<string> Net(string partner) => string.Join('+', (await Scene.Documents(partner)).Select(one => one.Amount("net")));
    }

    [Fact]
    public async Task ANTX_01_a_consolidated_invoice_waits_for_its_last_child_and_says_which_it_covers()
    {
        var calendar = await Scene.Calendar(grace: "PT4H");
        await Partners(calendar, "p");
        // One with usage that cannot be read for now, and one of which there is nothing to bill.
        await Scene.Plan("silent", Charge.Sms("0.05"));
        foreach (var (id, plan) in new[] { ("p-1", "small"), ("p-2", "silent") })
        {
            await Scene.Customer(id + "-customer", "p");
            await Scene.Subscribe(id, id + "-customer", "05-01", ("p-agreement", plan));
        }

        await Scene.Clock("05-20");
        await Admin.Events(Scene.Sms("1", "p-0", "05-19", 100), Scene.Sms("1", "p-1", "05-19", 60));
        await Damage("p-1");
        (await Scene.Clock("06-01T04:10")).Json.Int("parked").ShouldBe(1);
        var run = $"/v1/runs/{calendar}:{Scene.Month("05")}";
        (await Scene.Documents("p")).ShouldBeEmpty("two of three are no whole");
        (await Admin.Get(run + "?state=failed")).Json.List("items").Single(item => item.Text("buyer") == Scene.Id("p")).Text("reason").ShouldContain(Scene.Id("p-1"));

        await Damage("p-1");
        await Admin.Post(run + "/retry");
        await Scene.Clock("06-01T04:20");
        var invoice = await Scene.TheDocument("p");
        (invoice.Int("children"), invoice.Amount("net"), string.Join('+', invoice.SortedAmounts())).ShouldBe((3, "10.00", "1.00+1.00+3.00+5.00"));
        var path = $"/v1/documents/{invoice.Text("number")}/children";
        (await Admin.Get(path)).Json.List("data").Select(child => (Scene.Name(child.Text("subscription")), Scene.Name(child.Text("customer"))))
            .ShouldBe([("p-0", "p-customer"), ("p-1", "p-1-customer"), ("p-2", "p-2-customer")]);
        var first = (await Admin.Get(path + "?limit=2")).Json;
        (await Admin.Get(path + "?limit=2&cursor=" + first.Text("next_cursor"))).Json.List("data").ShouldHaveSingleItem().Text("subscription").ShouldBe(Scene.Id("p-2"));
        (await (await KeyOf("p", "billing:read")).Get(path)).Json.List("data").Count().ShouldBe(3);
        (await (await KeyOf("p-customer", "billing:read")).TryGet(path)).Refused(404, "not_found");
    }

    [Fact]
    public async Task work_that_cannot_be_done_holds_the_clock_at_its_instant_until_it_can()
    {
        var calendar = await Scene.Calendar(grace: "PT3H");
        var other = await Scene.Calendar(grace: "PT3H", otherZone: "Europe/Tallinn");
        await Partners(calendar, "a");
        await Partners(other, "b");
        await Scene.Clock("05-20");
        var body = await WithServerStopped(() => Place.ReplaceBody("calendar", calendar, "{ this is no calendar"));

        var stopped = (await Admin.TryPost("/v1/clock/advance", new { to = Scene.At("06-15") })).Refused(503, "due_work_failed");
        stopped.Headers["Retry-After"].ShouldBe("2");
        DateTimeOffset.Parse(stopped.Json.Text("now")).ShouldBe(DateTimeOffset.Parse(Scene.At("06-01T03:00")));
        var due = stopped.Json.List("still_due").ShouldHaveSingleItem();
        (due.Text("of"), due.Text("kind"), due.Text("at")).ShouldBe(($"calendar/{calendar}", "close", stopped.Json.Text("now")));
        stopped.Json.Text("detail").ShouldContain($"close of calendar {calendar} failed and stays due");
        (await Admin.Get("/v1/clock")).Json.Text("now").ShouldBe(stopped.Json.Text("now"));
        (await Scene.Documents("a")).ShouldBeEmpty();
        (await Scene.TheDocument("b")).Text("issue_date").ShouldBe(Scene.Date("06-01"));

        await WithServerStopped(() => Place.ReplaceBody("calendar", calendar, body));
        var arrived = (await Scene.Clock("06-15")).Json;
        DateTimeOffset.Parse(arrived.Text("now")).ShouldBe(DateTimeOffset.Parse(Scene.At("06-15")));
        (arrived.Int("parked"), arrived.List("failed_runs").Count()).ShouldBe((0, 0));
        (await Scene.TheDocument("a")).Text("issue_date").ShouldBe(Scene.Date("06-01"));
    }

    async Task<T> WithServerStopped<T>(Func<Task<T>> work)
    {
        await Place.Server.Stop();
        var done = await work();
        await Place.Start();
        return done;
    }

    // Damages, or repairs what was damaged: the same byte is turned over again.
    async Task Damage(string subscription)
    {
        await Place.Server.Stop();
        await Place.DamageJournal(Scene.Id(subscription));
        await Place.Start();
    }

    Task<Answer> Close(string calendar, string month) => Admin.TryPost($"/v1/calendars/{calendar}/close", new { period = Scene.Month(month) });

    // Partners of one seller, each with a customer and a subscription of 1.00 a month.
    async Task Partners(string calendar, params string[] partners)
    {
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator");
        await Scene.Plan("small", Charge.Monthly("1.00"), Charge.Sms("0.05"));
        foreach (var partner in partners)
        {
            await Scene.Partner(partner);
            await Scene.Agreement($"{partner}-agreement", "operator", partner, calendar);
            await Scene.Customer($"{partner}-customer", partner);
            await Scene.Subscribe($"{partner}-0", $"{partner}-customer", "05-01", ($"{partner}-agreement", "small"));
        }
    }
}
