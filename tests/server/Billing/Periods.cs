// Periods: anchors, grace, zones, prices that change within a period, periods without anything in them.
namespace OrleansBilling.Server.Tests.Billing;

public sealed class PeriodsOnSqlite(OnSqlite place) : Periods(place), IClassFixture<OnSqlite>;

public sealed class PeriodsOnPostgres(OnPostgres place) : Periods(place), IClassFixture<OnPostgres>;

public abstract class Periods(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task a_price_that_changes_within_a_period_splits_the_line_at_its_instant()
    {
        await Partner("05-01");
        await Scene.PlanVersion("sms", Scene.At("05-16T12:00"), Charge.Sms("0.0600"));
        await Scene.Clock("05-20");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-16T11:59:59", 100), Scene.Sms("2", "alfa-0", "05-16T12:00", 100),
            Scene.Sms("3", "alfa-0", "05-19", 50));
        (await Scene.Usage("subscriptions", "alfa-0")).ShouldBe(("250", "14.00"));
        await Scene.Clock("06-01T00:10");
        var lines = (await Scene.TheDocument("nordreach")).List("lines").Select(line => (line.Text("quantity"), line.Text("unit_price"), line.Amount()));
        lines.ShouldBe([("100", "0.05", "5.00"), ("150", "0.06", "9.00")]);
    }

    [Fact]
    public async Task a_date_from_which_a_price_holds_is_read_in_the_zone_of_the_calendar()
    {
        await Partner("05-01");
        await Scene.PlanVersion("sms", Scene.Date("05-16"), Charge.Sms("0.0600"));
        await Scene.Clock("05-20");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-15T23:59:59", 100), Scene.Sms("2", "alfa-0", "05-16", 100));
        (await Scene.Usage("subscriptions", "alfa-0")).ShouldBe(("200", "11.00"));
    }

    [Fact]
    public async Task a_calendar_anchored_on_the_25th_names_a_period_by_the_month_of_its_last_day()
    {
        var calendar = await Scene.Calendar(anchor: 25);
        await Partner("04-25", calendar);
        await Scene.Clock("05-20");
        await Admin.Events(Scene.Sms("1", "alfa-0", "04-25", 10), Scene.Sms("2", "alfa-0", "05-10", 20));
        await Scene.Clock("05-25T00:10");
        await Admin.Events(Scene.Sms("3", "alfa-0", "05-25", 40));
        var invoice = await Scene.TheDocument("nordreach");
        (invoice.Text("billing_period"), invoice.Text("issue_date")).ShouldBe((Scene.Month("05"), Scene.Date("05-25")));
        invoice.Days().ShouldBe((Scene.Date("04-25"), Scene.Date("05-24")));
        invoice.List("lines").Single().Text("quantity").ShouldBe("30");
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Month("05"))).Quantity.ShouldBe("30");
        (await Scene.Usage("subscriptions", "alfa-0")).Quantity.ShouldBe("40");
    }

    [Fact]
    public async Task usage_that_comes_within_the_grace_is_not_late()
    {
        await Partner("05-01", await Scene.Calendar(grace: "PT36H"));
        await Scene.Clock("05-20");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-19", 10));
        await Scene.Clock("06-02T11:59");
        (await Scene.Documents("nordreach")).ShouldBeEmpty();
        await Admin.Events(Scene.Sms("2", "alfa-0", "05-31T23:00", 20), Scene.Sms("3", "alfa-0", "06-01T01:00", 40));
        await Scene.Clock("06-02T12:10");
        await Admin.Events(Scene.Sms("4", "alfa-0", "05-31T23:01", 80));
        var invoice = await Scene.TheDocument("nordreach");
        invoice.Text("issue_date").ShouldBe(Scene.Date("06-02"));
        var line = invoice.List("lines").Single();
        (line.Text("quantity"), line.GetProperty("late").GetBoolean()).ShouldBe(("30", false));
        await Scene.Clock("07-02T12:10");
        (await Scene.Document((await Scene.Documents("nordreach"))[1])).List("lines")
            .Select(one => (one.Text("quantity"), one.GetProperty("late").GetBoolean()))
            .ShouldBe([("40", false), ("80", true)]);
    }

    [Fact]
    public async Task each_agreement_lives_in_the_zone_of_its_own_calendar_and_each_series_in_its_sellers()
    {
        const string Tokyo = "Asia/Tokyo", LosAngeles = "America/Los_Angeles";
        await Scene.Clock("12-01");
        await Scene.Meter();
        await Scene.Plan("sms", Charge.Sms("1.00"));
        foreach (var (place, zone) in new[] { ("east", Tokyo), ("west", LosAngeles) })
        {
            await Scene.Seller(place, sellerZone: zone);
            await Scene.Partner($"{place}-buyer");
            await Scene.Agreement(place, place, $"{place}-buyer", await Scene.Calendar(otherZone: zone));
            await Scene.Customer($"{place}-customer", $"{place}-buyer");
            await Scene.Subscribe(place, $"{place}-customer", "11-30", (place, "sms"));
        }
        await Scene.Clock("12-31T16:50");
        await Admin.Events(Scene.Sms("1", "east", Scene.At("12-31T23:30", 0, Tokyo), 5));
        // Half past midnight in Tokyo is the morning of the day before in Los Angeles.
        await Scene.Clock("12-31T23:00");
        var newYear = Scene.At("01-01T00:30", 1, Tokyo);
        await Admin.Events(Scene.Sms("2", "east", newYear, 3), Scene.Sms("2", "west", newYear, 3));
        var east = await Scene.TheDocument("east-buyer");
        (east.Text("issue_date"), east.List("lines").Single().Text("quantity")).ShouldBe((Scene.Date("01-01", 1), "5"));
        east.Text("number").ShouldBe($"{Scene.Id("east").ToUpperInvariant()}-{Scene.Year + 1}-000001");
        (await Scene.Documents("west-buyer")).ShouldBeEmpty();
        await Scene.Clock("01-01T10:10", 1);
        var west = await Scene.TheDocument("west-buyer");
        (west.Text("issue_date"), west.List("lines").Single().Text("quantity")).ShouldBe((Scene.Date("01-01", 1), "3"));
        west.Text("number").ShouldBe($"{Scene.Id("west").ToUpperInvariant()}-{Scene.Year + 1}-000001");
    }

    [Fact]
    public async Task a_period_without_anything_makes_no_document_and_uses_no_number()
    {
        await Partner("05-01");
        await Scene.Clock("06-10");
        (await Scene.Documents("nordreach")).ShouldBeEmpty();
        await Admin.Events(Scene.Sms("1", "alfa-0", "06-10", 10));
        await Scene.Clock("07-01T00:10");
        (await Scene.TheDocument("nordreach")).Text("number").ShouldBe($"{Scene.Id("operator").ToUpperInvariant()}-{Scene.Year}-000001");
    }

    // One partner, one customer, one subscription that pays 0.05 a segment.
    async Task Partner(string from, string? calendar = null)
    {
        await Scene.Clock(from);
        await Scene.Wholesale("operator", "nordreach", calendar);
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("sms", Charge.Sms("0.05"));
        await Scene.Subscribe("alfa-0", "alfa", from, ("wholesale", "sms"));
    }
}
