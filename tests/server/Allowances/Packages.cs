// WLSM-04: a package with a hard stop, on the statement and on the wholesale invoice; overage, and overage up to a limit.
namespace OrleansBilling.Server.Tests.Allowances;

public sealed class PackagesOnSqlite(OnSqlite place) : Packages(place), IClassFixture<OnSqlite>;

public sealed class PackagesOnPostgres(OnPostgres place) : Packages(place), IClassFixture<OnPostgres>;

public abstract class Packages(ServerPlace place) : PackageScenario(place)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WLSM_04_a_package_with_a_hard_stop_takes_what_fits_as_a_whole_and_nothing_else(bool killed)
    {
        await Client("sub");
        await Grant("sub", Package("p1", "10000", "220.00", Retail));
        (await Admin.Events(Sms("much", "sub", 9998))).Only.ShouldBe("accepted");
        if (killed) await Place.KillAndStart();
        (await Left("sub", "p1")).ShouldBe(("9998", "0", "2", "active"));
        (await Admin.Events(Sms("three", "sub", 3))).Only.ShouldBe("insufficient_allowance");
        (await Left("sub", "p1")).ShouldBe(("9998", "0", "2", "active"));
        (await Admin.Events(Sms("two", "sub", 2))).Only.ShouldBe("accepted");
        (await Left("sub", "p1")).ShouldBe(("10000", "0", "0", "exhausted"));
        var refused = (await Admin.TryEvents("application/x-ndjson", Api.Lines([Sms("one", "sub")]))).Json.List("results").Single();
        (refused.Text("code"), refused.Text("limiting_level")).ShouldBe(("insufficient_allowance", "subscription:" + Scene.Id("sub")));

        // The package is on the leg's amount and no usage; what was refused is nowhere.
        var meter = (await Admin.Get($"/v1/subscriptions/{Scene.Id("sub")}/usage")).Json.List("meters").ShouldHaveSingleItem();
        (meter.Text("quantity"), meter.Int("events")).ShouldBe(("10000", 2));
        meter.List("legs").Select(leg => leg.Amount()).Order().ShouldBe(["220.00", "350.00"]);
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("alfa") })).Json;
        await Scene.Clock("06-01T00:10");
        var statement = await Scene.TheDocument("alfa", "statement");
        Lines(statement).ShouldBe([
            "package | Package of 10,000 SMS segments | 1 | 220.00 | 220.00",
            "allowance | SMS segments, from packages | 10000 | 0.00 | 0.00"]);
        statement.Amount("net").ShouldBe("220.00");
        var invoice = await Scene.TheDocument("reseller");
        Lines(invoice).ShouldBe(["usage | SMS segments | 10000 | 0.035 | 350.00"]);
        preview.ToString().ShouldContain("Package of 10,000 SMS segments");
    }

    [Fact]
    public async Task overage_is_priced_by_the_plan_and_a_split_event_counts_once()
    {
        await Client("sub");
        await Grant("sub", Package("p", "100", "0", Retail, ("on_exhausted", "overage")));
        await Admin.Events(Sms("a", "sub", 90), Sms("b", "sub", 30), Sms("c", "sub", 5));
        (await Left("sub", "p")).ShouldBe(("100", "0", "0", "exhausted"));
        var meter = (await Admin.Get($"/v1/subscriptions/{Scene.Id("sub")}/usage")).Json.List("meters").ShouldHaveSingleItem();
        (meter.Text("quantity"), meter.Int("events")).ShouldBe(("125", 3));
        var span = $"from={Uri.EscapeDataString(Scene.At("05-01"))}&to={Uri.EscapeDataString(Scene.At("06-01"))}";
        var history = await Admin.Get($"/v1/subscriptions/{Scene.Id("sub")}/events?{span}", "application/x-ndjson");
        history.Lines.Single(line => line.Contains("\"id\":\"b\"")).ShouldContain("\"amount\":\"1\",\"from_packages\":\"10\"");
        await Scene.Clock("06-01T00:10");
        var statement = await Scene.TheDocument("alfa", "statement");
        Lines(statement).ShouldBe(["allowance | SMS segments, from packages | 100 | 0.00 | 0.00", "usage | SMS segments | 25 | 0.05 | 1.25"]);
        statement.List("lines").Select(line => line.GetProperty("proof").Int("count")).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task overage_up_to_a_limit_stops_there_and_begins_anew_with_the_period()
    {
        await Client("sub");
        await Grant("sub", Package("p", "10", "0", Retail, ("on_exhausted", "overage_up_to"), ("limit", "1.00")));
        (await Admin.Events(Sms("a", "sub", 31))).Only.ShouldBe("insufficient_allowance");
        (await Admin.Events(Sms("b", "sub", 30))).Only.ShouldBe("accepted");
        (await Admin.Events(Sms("c", "sub"))).Only.ShouldBe("insufficient_allowance");
        (await Scene.Usage("subscriptions", "sub")).Quantity.ShouldBe("30");
        await Scene.Clock("06-02");
        (await Admin.Events(Scene.Sms("d", "sub", "06-01", 20))).Only.ShouldBe("accepted");
        (await Admin.Events(Scene.Sms("e", "sub", "06-01"))).Only.ShouldBe("insufficient_allowance");
    }

    [Fact]
    public async Task a_late_event_of_an_earlier_period_never_uses_this_periods_package()
    {
        await Client("sub");
        await Scene.Clock("06-02");
        await Grant("sub", Package("p", "10", "0", Retail));
        (await Admin.Events(Scene.Sms("late", "sub", "05-31T12:00", 4))).Only.ShouldBe("accepted");
        (await Left("sub", "p")).Used.ShouldBe("0");
        // It covers the period in which it was granted from its first instant, and no event after its end.
        (await Admin.Events(Scene.Sms("in", "sub", "06-01", 4))).Only.ShouldBe("accepted");
        (await Left("sub", "p")).Used.ShouldBe("4");
        await Grant("sub", Package("ends", "10", "0", Retail, ("expires_at", Scene.At("06-10")), ("on_exhausted", "overage")));
        (await Admin.Events(Scene.Sms("first", "sub", "06-01", 3))).Only.ShouldBe("accepted");
        (await Left("sub", "ends")).Used.ShouldBe("3");
        await Scene.Clock("06-11");
        (await Left("sub", "ends")).ShouldBe(("3", "0", "7", "expired"));
        (await Admin.Events(Scene.Sms("after", "sub", "06-10", 7))).Only.ShouldBe("accepted");
        ((await Left("sub", "ends")).Used, (await Left("sub", "p")).Used).ShouldBe(("3", "10"));
    }
}
