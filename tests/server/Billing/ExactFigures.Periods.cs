// Periods of every length: the last second of one is billed with it, the next one begins a line of its own.
using System.Globalization;

namespace OrleansBilling.Server.Tests.Billing;

public abstract partial class ExactFigures
{
    [Fact]
    public async Task PORT_periods_of_every_length_end_at_midnight_of_their_last_day()
    {
        await Seller("operator", "EUR");
        // The first Monday behind the tenth.
        var monday = Enumerable.Range(11, 7).Select(day => new DateOnly(Scene.Year, 5, day)).Single(day => day.DayOfWeek == DayOfWeek.Monday);
        var sunday = Day(monday.AddDays(-1));
        (string Name, object Calendar, string From, string Last, string Next, int Years)[] calendars =
        [
            ("week", new { every = "week", time_zone = Zone }, Day(monday.AddDays(-7)), sunday, Day(monday), 0),
            ("semi", new { every = "semi_month", time_zone = Zone }, "05-16", "05-31", "06-01", 0),
            ("thirty", new { every = "thirty_days", anchor = "created", created_on = Scene.Date("05-03"), time_zone = Zone }, "05-03", "06-01", "06-02", 0),
            ("anniversary", new { anchor = "created", overflow = "day_28", created_on = Scene.Date("05-30"), time_zone = Zone }, "05-30", "06-27", "06-28", 0),
            ("quarter", new { every = "quarter", time_zone = Zone }, "04-01", "06-30", "07-01", 0),
            ("year", new { every = "year", time_zone = Zone }, "01-01", "12-31", "01-01", 1),
        ];
        await Scene.Clock("05-01");
        foreach (var (name, calendar, _, _, _, _) in calendars)
        {
            await Admin.Put($"/v1/calendars/{Scene.Id(name)}", calendar);
            await Buyer(name, "EUR", calendar: Scene.Id(name));
            await Scene.Plan(name, Charge.Sms("0.05"));
            await Scene.Subscribe(name + "-sub", name + "-customer", "05-01", (name, name));
        }

        foreach (var (name, _, from, last, next, years) in calendars)
        {
            await Scene.Clock(last + "T23:59:59");
            (await Admin.Events(Scene.Sms("last", name + "-sub", last + "T23:59:59", 10))).Only.ShouldBe("accepted", name);
            await Scene.Clock(next + "T00:10", years);
            (await Admin.Events(Scene.Sms("next", name + "-sub", Scene.At(next, years), 3))).Only.ShouldBe("accepted", name);
            var invoice = await Scene.TheDocument(name);
            invoice.Days().ShouldBe((Scene.Date(from), Scene.Date(last)), name);
            (invoice.Text("issue_date"), invoice.Text("billing_period")).ShouldBe((Scene.Date(next, years), name == "anniversary" ? Scene.Month("06") : Scene.Date(from)), name);
            var line = invoice.List("lines").ShouldHaveSingleItem();
            (line.Text("quantity"), line.Amount(), line.Days()).ShouldBe(("10", "0.50", (Scene.Date(from), Scene.Date(last))), name);
            (await Scene.Usage("subscriptions", name + "-sub")).ShouldBe(("3", "0.15"), name);
        }

        // An unfinished period cannot be closed.
        (await Admin.TryPost($"/v1/calendars/{Scene.Id("year")}/close", new { period = Scene.Date("01-01", 1) })).Refused(409, "period_not_finished");
    }

    static string Day(DateOnly day) => day.ToString("MM-dd", CultureInfo.InvariantCulture);
}
