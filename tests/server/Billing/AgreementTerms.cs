// 3.1: an agreement holds from a day to a day, and nothing is charged under it outside of them.
namespace OrleansBilling.Server.Tests.Billing;

public sealed class AgreementTermsOnSqlite(OnSqlite place) : AgreementTerms(place), IClassFixture<OnSqlite>;

public sealed class AgreementTermsOnPostgres(OnPostgres place) : AgreementTerms(place), IClassFixture<OnPostgres>;

public abstract class AgreementTerms(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task service_begins_and_ends_with_its_agreement_and_nothing_is_charged_outside()
    {
        await Parties();
        await Put(("valid_from", Scene.Date("05-10")), ("valid_to", Scene.Date("06-15")));
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("early")}", Body("05-01"))).Refused(400, "invalid_request").Fields.ShouldBe(["legs[0].agreement"]);
        await Scene.Subscribe("sub", "alfa", "05-10", ("dated", "basic"));
        await Scene.Clock("05-20");
        (await Admin.Events(Scene.Sms("may", "sub", "05-10", 10), Scene.Sms("before", "sub", "05-09T23:59", 10))).Counts.ShouldBe((1, 0, 0, 1));
        await Scene.Clock("06-20");
        (await Admin.Events(Scene.Sms("last", "sub", "06-15T23:59", 20))).Accepted.ShouldBe(1);
        (await Admin.Events(Scene.Sms("after", "sub", "06-16", 20))).Only.ShouldBe("subscription_not_active");
        (await Charged("06-16")).Refused(409, "agreement_not_valid").Body.ShouldContain($"valid from {Scene.Date("05-10")} to {Scene.Date("06-15")}");
        (await Charged("06-15")).Expect(200);
        await Scene.Clock("08-01T00:10");
        // 22 of 31 days of May, 15 of 30 of June, and nothing in July.
        var invoices = await Scene.Documents("rs1");
        invoices.Select(one => (one.Text("billing_period"), one.Amount("net"))).ShouldBe([(Scene.Month("05"), "21.79"), (Scene.Month("06"), "21.50")]);
    }

    [Fact]
    public async Task only_days_that_are_to_come_may_be_changed()
    {
        await Parties();
        await Put();
        await Scene.Subscribe("sub", "alfa", "05-01", ("dated", "basic"));
        await Scene.Clock("05-20");
        (await TryPut(("valid_to", Scene.Date("05-19")))).Refused(409, "conflict").Fields.ShouldBe(["valid_to"]);
        (await TryPut(("valid_from", Scene.Date("05-01")))).Refused(409, "conflict").Fields.ShouldBe(["valid_from"]);
        (await TryPut(("valid_from", Scene.Date("07-01")), ("valid_to", Scene.Date("06-01")))).Refused(400, "invalid_request").Fields.ShouldBe(["valid_to"]);
        await Put(("valid_to", Scene.Date("05-31")));
        // Before it is over it may go on.
        await Put(("valid_to", Scene.Date("06-10")));
        await Scene.Clock("06-11");
        (await Admin.Events(Scene.Sms("last", "sub", "06-10T12:00", 10))).Accepted.ShouldBe(1);
        (await Admin.Events(Scene.Sms("after", "sub", "06-11", 10))).Only.ShouldBe("subscription_not_active");
        (await TryPut(("valid_to", Scene.Date("12-31")))).Refused(409, "conflict").Fields.ShouldBe(["valid_to"]);
        (await TryPut()).Refused(409, "conflict").Fields.ShouldBe(["valid_to"]);
        await Scene.Clock("07-01T00:10");
        (await Scene.Document((await Scene.Documents("rs1"))[^1])).LineAmounts().ShouldBe(["10.00", "0.50"]);
    }

    [Fact]
    public async Task terms_change_on_their_day_and_earlier_documents_keep_theirs()
    {
        await Parties();
        // 1.005 each month: away from zero is 1.01, half to even 1.00.
        await Scene.Plan("small", new { id = "fee", kind = "recurring", every = "month", price = "1.005" });
        await Put();
        await Scene.Subscribe("sub", "alfa", "05-01", ("dated", "small"));
        await Scene.Clock("06-01T00:10");
        var terms = new object[] { new { from = Scene.Date("06-30"), due_days = 30 }, new { from = Scene.Date("07-31"), rounding = "half_even" } };
        await Put(("terms_from", terms));
        await Scene.Clock("09-01T00:10");
        var invoices = await Scene.Documents("rs1");
        invoices.Select(one => (one.Text("billing_period"), one.Amount("net"), one.Text("due_date"))).ShouldBe([
            (Scene.Month("05"), "1.01", Scene.Date("06-15")), (Scene.Month("06"), "1.01", Scene.Date("07-31")),
            (Scene.Month("07"), "1.00", Scene.Date("08-31")), (Scene.Month("08"), "1.00", Scene.Date("10-01"))]);
        (await TryPut(("terms_from", new object[] { new { from = Scene.Date("06-30") } }))).Refused(400, "invalid_request").Fields.ShouldBe(["terms_from[0]"]);
    }

    async Task Parties()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("op", "rs1");
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", new { id = "fee", kind = "recurring", every = "month", price = "30.00", prorate_last = true }, Charge.Sms("0.0500"));
    }

    async Task Put(params (string Name, object Value)[] members) => (await TryPut(members)).Expect(200, 201);

    async Task<Answer> TryPut(params (string Name, object Value)[] members)
    {
        var body = new Dictionary<string, object>
        {
            ["kind"] = "wholesale", ["seller"] = Scene.Id("op"), ["buyer"] = Scene.Id("rs1"), ["calendar"] = await Scene.Calendar(),
            ["tax"] = new { category = "S", rate = "25.5" },
        };
        foreach (var (name, value) in members)
            body[name] = value;
        return await Admin.TryPut($"/v1/agreements/{Scene.Id("dated")}", body);
    }

    object Body(string starts) => new
    {
        customer = Scene.Id("alfa"), starts_at = Scene.At(starts), legs = new[] { new { agreement = Scene.Id("dated"), plan = Scene.Id("basic") } },
    };

    Task<Answer> Charged(string on) => Admin.TryPost("/v1/charges", new
    {
        id = "c-" + on, party = Scene.Id("rs1"), agreement = Scene.Id("dated"), description = "Set-up", amount = "5.50", on = Scene.Date(on),
    });
}
