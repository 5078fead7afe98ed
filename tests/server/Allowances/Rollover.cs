// WLSM 1.3: included units that roll over, on the statement of the month in which they are used; late usage, another plan, packages, and what is refused.
using System.Globalization;

namespace OrleansBilling.Server.Tests.Allowances;

public sealed class RolloverOnSqlite(OnSqlite place) : Rollover(place), IClassFixture<OnSqlite>;

public sealed class RolloverOnPostgres(OnPostgres place) : Rollover(place), IClassFixture<OnPostgres>;

public abstract class Rollover(ServerPlace place) : PackageScenario(place)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WLSM_unused_included_units_pay_in_the_next_month_first_and_late_usage_of_their_own(bool killed)
    {
        await Seat("seat", "5000", "one_period");
        await Scene.Subscribe("sub", "alfa", "05-01", ("wholesale", "cost"), ("retail", "seat"));
        await Admin.Events(Sms("may", "sub", 4000));
        await Scene.Clock("06-01T00:10");
        (await Left("sub", "rollover/1")).ShouldBe(("0", "0", "1000", "active"));
        if (killed) await Place.KillAndStart();
        (await Admin.Events(Scene.Sms("late", "sub", "05-31T12:00", 200))).Only.ShouldBe("accepted");
        await Scene.Clock("06-20");
        (await Admin.Events(Scene.Sms("june-1", "sub", "06-10", 2000), Scene.Sms("june-2", "sub", "06-11", 4000))).Accepted.ShouldBe(2);
        (await Left("sub", "rollover/1")).ShouldBe(("1000", "0", "0", "exhausted"));
        if (killed) await Place.KillAndStart();
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("alfa") })).Json.List("documents").ShouldHaveSingleItem();
        await Scene.Clock("07-01T00:10");

        (await Statement("06-01")).ShouldBe([$"recurring | seat – monthly fee, May {Scene.Year} | 1 | 49.00 | 49.00", "usage | SMS segments (5000 included) | 4000 |  | 0.00"]);
        // June has 800 from May, 5,000 of its own and 200 beyond them.
        string[] june = [$"recurring | seat – monthly fee, June {Scene.Year} | 1 | 49.00 | 49.00", "rollover | SMS segments, rolled over | 800 | 0.00 | 0.00",
            "usage | SMS segments (5000 included) | 5200 |  | 5.00", $"rollover | late usage May {Scene.Year}: SMS segments, rolled over | 200 | 0.00 | 0.00"];
        (await Statement("07-01")).ShouldBe(june);
        Lines(preview).ShouldBe(june);
        (await Scene.Documents("alfa", "statement")).Select(one => one.Amount("net")).ShouldBe(["49.00", "54.00"]);
        (await Scene.Usage("subscriptions", "sub", Scene.Month("06"))).Quantity.ShouldBe("6000");
        // Nothing of June was left.
        (await Admin.Get(Grants("sub"))).Json.List("data").Select(one => one.Text("id")).ShouldBe(["rollover/1"]);
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        await Place.Start();
        code.ShouldBe(0, output);
    }

    [Fact]
    public async Task WLSM_a_downgrade_forfeits_what_was_carried_over_and_an_upgrade_keeps_it()
    {
        await Seat("seat", "5000", "unlimited");
        await Seat("small", "500", "unlimited");
        await Seat("large", "9000", "unlimited");
        foreach (var sub in new[] { "down", "up" })
            await Scene.Subscribe(sub, "alfa", "05-01", ("wholesale", "cost"), ("retail", "seat"));
        await Scene.Clock("06-10T12:00");
        foreach (var (sub, plan) in new[] { ("down", "small"), ("up", "large") })
        {
            (await Admin.TryPost($"/v1/subscriptions/{Scene.Id(sub)}/change_plan",
                new { id = "other", at = Scene.At("06-10T12:00"), plan = Scene.Id(plan), agreement = Scene.Id("retail") })).Expect(200);
            (await Admin.Events(Scene.Sms($"{sub}-1", sub, "06-10T11:00", 1000), Scene.Sms($"{sub}-2", sub, "06-10T12:00", 1000))).Accepted.ShouldBe(2);
        }

        (await Left("down", "rollover/1")).ShouldBe(("1000", "0", "4000", "forfeited"));
        (await Left("up", "rollover/1")).ShouldBe(("2000", "0", "3000", "active"));
        var told = (await Admin.Get(Grants("down"))).Json.List("data").ShouldHaveSingleItem();
        (told.Text("source"), told.Text("from_period"), told.Text("from_charge"), DateTimeOffset.Parse(told.Text("usable_until"), CultureInfo.InvariantCulture))
            .ShouldBe(("rollover", Scene.Month("05"), "sms", Moment("06-10T12:00")));
        await Scene.Clock("07-01T00:10");
        // 500 beyond the 500 that are included in the small plan.
        (await Scene.Document((await Scene.Documents("alfa", "statement"))[^1])).List("lines").Where(line => line.Text("kind") == "usage")
            .Select(line => (line.Text("quantity"), line.Amount())).ShouldBe([("1000", "12.50")]);
        (await Left("up", "rollover/2")).ShouldBe(("0", "0", "12000", "active"));
        (await Admin.Get(Grants("down"))).Json.List("data").Count().ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WLSM_three_months_paid_ahead_are_one_allowance_per_month_or_one_pool(bool pool)
    {
        var charge = Sms("5000", overage: "0.0250", pool: pool);
        await Scene.Plan("seat", Charge.Monthly("49.00"), charge);
        await Scene.Subscribe("sub", "alfa", "05-01", ("wholesale", "cost"), ("retail", "seat"));
        await Admin.Events(Sms("before", "sub", 1000));
        (await Admin.TryPost($"/v1/subscriptions/{Scene.Id("sub")}/prepay",
            new { id = "three", periods = 3, from = Scene.Date("05-01"), agreement = Scene.Id("retail") })).Expect(200);
        var left = (await Admin.Get(Grants("sub"))).Json.List("data").ToList();
        left.Select(one => $"{one.Text("source")} {one.Text("from_period")} {one.Text("remaining")}").ShouldBe(pool
            ? [$"pool {Scene.Month("05")} 4000", $"pool {Scene.Month("06")} 5000", $"pool {Scene.Month("07")} 5000"] : []);
        await Admin.Events(Sms("may", "sub", 11000));
        await Place.KillAndStart();
        await Scene.Clock("06-20");
        await Admin.Events(Scene.Sms("june", "sub", "06-10", 4000));
        await Scene.Clock("08-01T00:10");
        // 12,000 in May and 4,000 in June: of 15,000 in all, or of 5,000 each.
        var usage = new List<string>();
        foreach (var one in await Scene.Documents("alfa", "statement"))
            usage.AddRange((await Scene.Document(one)).List("lines").Where(line => line.Text("kind") is "usage" or "pool")
                .Select(line => $"{line.Text("kind")} {line.Text("quantity")} {line.Amount()}"));
        usage.ShouldBe(pool ? ["pool 11000 0.00", "usage 1000 0.00", "pool 3000 0.00", "usage 1000 25.00"] : ["usage 12000 175.00", "usage 4000 0.00"]);
    }

    [Fact]
    public async Task what_is_left_of_a_package_lasts_one_period_more_and_is_used_first()
    {
        await Client("sub");
        await Grant("sub", Package("may", "10", "3", Retail, ("expires_at", Scene.At("06-01")), ("rollover", "one_period")));
        (await Admin.Events(Sms("a", "sub", 4))).Only.ShouldBe("accepted");
        await Scene.Clock("06-02");
        await Grant("sub", Package("june", "10", "3", Retail, ("expires_at", Scene.At("06-15"))));
        (await Left("sub", "may")).ShouldBe(("4", "0", "6", "rolled_over"));
        (await Admin.Events(Scene.Sms("b", "sub", "06-01", 7))).Only.ShouldBe("accepted");
        ((await Left("sub", "may")).State, (await Left("sub", "june")).Used).ShouldBe(("exhausted", "1"));
        var told = (await Admin.Get(Grants("sub"))).Json.List("data").First();
        (told.Text("rollover"), DateTimeOffset.Parse(told.Text("usable_until"), CultureInfo.InvariantCulture)).ShouldBe(("one_period", Moment("07-01")));
    }

    [Fact]
    public async Task a_plan_says_what_rolls_over_and_what_cannot_be_is_refused_by_name()
    {
        await Seat("ok", "5000", "one_period", "1000");
        (await Admin.Get($"/v1/plans/{Scene.Id("ok")}/versions")).Body.ShouldContain("\"rollover\":\"one_period\"");
        foreach (var (wrong, field) in new (object, string)[]
        {
            (Sms(included: "5", rollover: "sometimes"), "charges[0].rollover"), (Sms(included: "0", rollover: "one_period", unit: "1"), "charges[0].rollover"),
            (Sms(included: "5", rollover: "one_period", unit: "1", overage: "2"), "charges[0].rollover"),
            (Sms(included: "5", max: "5"), "charges[0].rollover_max"),
            (Sms(included: "5", rollover: "one_period", pool: true), "charges[0].prepaid_pool"), (Sms(included: "5", rollover: "unlimited", max: "0"), "charges[0].rollover_max"),
        })
        {
            (await Admin.TryPost($"/v1/plans/{Scene.Id("ok")}/versions", new { effective_from = Scene.Date("07-01"), charges = new[] { wrong } }))
                .Refused(400, "invalid_request").Fields.ShouldBe([field]);
        }
    }

    DateTimeOffset Moment(string local) => DateTimeOffset.Parse(Scene.At(local), CultureInfo.InvariantCulture);

    Task Seat(string id, string included, string rollover, string? max = null) =>
        Scene.Plan(id, Charge.Monthly("49.00"), Sms(included, rollover, overage: "0.0250", max: max));

    static Dictionary<string, object> Sms(string included, string? rollover = null, string? unit = null, string? overage = null, string? max = null,
        bool pool = false)
    {
        var charge = new Dictionary<string, object> { ["id"] = "sms", ["kind"] = "usage", ["meter"] = "sms.mt.segment", ["included"] = included };
        foreach (var (name, value) in new[] { ("rollover", rollover), ("unit_price", unit), ("overage", overage ?? (unit is null ? "1" : null)), ("rollover_max", max) })
            if (value is not null) charge[name] = value;
        if (pool) charge["prepaid_pool"] = true;
        return charge;
    }

    async Task<IReadOnlyList<string>> Statement(string issued) =>
        Lines(await Scene.Document((await Scene.Documents("alfa", "statement")).Single(one => one.Text("issue_date") == Scene.Date(issued))));
}
