// ANTX: wholesale billing of a partner with one consolidated invoice a month (domain 1.1).
namespace OrleansBilling.Server.Tests.Billing;

public sealed class PartnerInvoicesOnSqlite(OnSqlite place) : PartnerInvoices(place), IClassFixture<OnSqlite>;

public sealed class PartnerInvoicesOnPostgres(OnPostgres place) : PartnerInvoices(place), IClassFixture<OnPostgres>;

public abstract class PartnerInvoices(ServerPlace place) : Scenario(place)
{
    static readonly object[] Rates = [Charge.Sms("0.0450", "FI"), Charge.Sms("0.0525", "EE")];

    [Fact]
    public async Task ANTX_01_three_customers_of_a_partner_become_one_consolidated_invoice()
    {
        await NordReach();
        await Scene.Clock("05-12T12:00");
        var sent = await Admin.Events(Scene.Sms("a-1", "alfa-0", "05-12T09:00", 12340, "FI"), Scene.Sms("b-1", "beta-0", "05-12T09:00:01", 4001, "FI"),
            Scene.Sms("g-1", "gamma-0", "05-12T09:00:02", 777, "EE"));
        sent.Counts.ShouldBe((3, 0, 0, 0));
        await Scene.Clock("06-01T00:10");

        var invoice = await Scene.TheDocument("nordreach");
        invoice.SortedAmounts().ShouldBe(["2.00", "2.00", "9.90", "25.00", "40.79", "180.05", "555.30"]);
        (invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("total")).ShouldBe(("815.04", "207.84", "1022.88"));
        (invoice.Text("issue_date"), invoice.Text("due_date")).ShouldBe((Scene.Date("06-01"), Scene.Date("06-15")));
        invoice.Days().ShouldBe((Scene.Date("05-01"), Scene.Date("05-31")));
        (invoice.Text("status"), invoice.Amount("outstanding")).ShouldBe(("issued", "1022.88"));
        var tax = invoice.List("tax_breakdown").ShouldHaveSingleItem();
        (tax.Text("category"), tax.Text("rate"), tax.Amount("net"), tax.Amount("tax")).ShouldBe(("S", "25.5", "815.04", "207.84"));
    }

    [Fact]
    public async Task ANTX_02_a_million_on_the_third_of_May_makes_no_document_before_June()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("bulk", Charge.Sms("10.00"));
        await Scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "bulk"));
        await Scene.Clock("05-03T10:00");
        await Admin.Events(Scene.Sms("e-1", "alfa-0", "05-03T09:00", 1));
        (await Scene.Usage("partners", "nordreach")).ShouldBe(("1", "10.00"));
        await Admin.Events(Scene.Sms("e-2", "alfa-0", "05-03T09:30", 99_999));
        (await Scene.Usage("partners", "nordreach")).ShouldBe(("100000", "1000000.00"));
        await Scene.Clock("05-31T23:59:59");
        (await Scene.Documents("nordreach")).ShouldBeEmpty();
        await Scene.Clock("06-01T00:10");
        (await Scene.TheDocument("nordreach")).Amount("net").ShouldBe("1000000.00");
    }

    [Fact]
    public async Task ANTX_03_a_plan_entered_on_the_twelfth_is_prorated_by_days()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("pro", Charge.Monthly("25.00"));
        await Scene.Subscribe("alfa-0", "alfa", "05-12T14:30", ("wholesale", "pro"));
        await Scene.Clock("06-01T00:10");
        var line = (await Scene.TheDocument("nordreach")).List("lines").ShouldHaveSingleItem();
        line.Amount().ShouldBe("16.13");
        line.Days().ShouldBe((Scene.Date("05-12"), Scene.Date("05-31")));
        await Scene.Clock("07-01T00:10");
        (await Scene.Documents("nordreach")).Select(one => one.Amount("net")).ShouldBe(["16.13", "25.00"]);
    }

    [Fact]
    public async Task ANTX_04_a_yearly_plan_is_charged_when_its_year_starts_and_not_refunded()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("yearly", Charge.Yearly("240.00"));
        await Scene.Plan("number", Charge.Monthly("2.00"));
        await Scene.Subscribe("alfa-year", "alfa", "05-12T10:00", ("wholesale", "yearly"));
        await Scene.Subscribe("alfa-number", "alfa", "05-01", ("wholesale", "number"));
        await Scene.Partner("southreach");
        await Scene.Agreement("stopping", "operator", "southreach");
        await Scene.Customer("beta", "southreach");
        await Scene.Subscribe("beta-year", "beta", "05-12T10:00", Scene.At("10-01"), ("stopping", "yearly"));
        await Scene.Clock("06-01T00:10", 1);

        var invoices = new List<System.Text.Json.JsonElement>();
        foreach (var listed in await Scene.Documents("nordreach")) invoices.Add(await Scene.Document(listed));
        invoices.Select(one => string.Join('+', one.SortedAmounts())).ShouldBe(["2.00+240.00", .. Enumerable.Repeat("2.00", 11), "2.00+240.00"]);
        YearOn(invoices[0]).ShouldBe((Scene.Date("05-12"), Scene.Date("05-11", 1)));
        YearOn(invoices[12]).ShouldBe((Scene.Date("05-12", 1), Scene.Date("05-11", 2)));

        var stopped = await Scene.TheDocument("southreach");
        (stopped.Text("issue_date"), stopped.Amount("net")).ShouldBe((Scene.Date("06-01"), "240.00"));

        static (string, string) YearOn(System.Text.Json.JsonElement invoice)
        {
            var line = invoice.List("lines").Single(line => line.Amount() == "240.00");
            line.Text("description").ShouldContain("yearly fee");
            return line.Days();
        }
    }

    [Fact]
    public async Task ANTX_06_a_transfer_with_the_invoices_reference_pays_it_on_its_value_date()
    {
        await NordReach();
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Scene.Sms("a-1", "alfa-0", "05-12T09:00", 12340, "FI"), Scene.Sms("b-1", "beta-0", "05-12T09:00:01", 4001, "FI"),
            Scene.Sms("g-1", "gamma-0", "05-12T09:00:02", 777, "EE"));
        await Scene.Clock("06-12T09:00");
        var invoice = await Scene.TheDocument("nordreach");
        var (number, reference, total) = (invoice.Text("number"), invoice.Text("payment_reference"), invoice.Amount("total"));
        Rf(reference).ShouldBe(1, reference);
        await Admin.Post("/v1/payments", new
        {
            party = Scene.Id("nordreach"), amount = total, method = "transfer", received_on = Scene.Date("06-11"), reference,
            allocations = new[] { new { document = number, amount = total } },
        });
        var paid = await Scene.Document(invoice);
        (paid.Text("status"), paid.Text("paid_on"), paid.Amount("outstanding"), paid.Amount("total")).ShouldBe(("paid", Scene.Date("06-11"), "0.00", "1022.88"));

        // ISO 11649: letters as numbers from 10, the first four characters behind the rest.
        static int Rf(string reference) => (reference[4..] + reference[..4]).Aggregate(0, (rest, c) =>
            char.IsAsciiDigit(c) ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97);
    }

    [Fact]
    public async Task ANTX_10_usage_that_comes_after_the_invoice_stands_on_the_next_one_as_late()
    {
        await NordReach();
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Scene.Sms("a-1", "alfa-0", "05-12T09:00", 1000, "FI"));
        await Scene.Clock("06-03T10:00");
        var june = (await Scene.Documents("nordreach")).ShouldHaveSingleItem().Text("number");
        var before = (await Admin.Get("/v1/documents/" + june)).Body;
        (await Admin.Events(Scene.Sms("a-2", "alfa-0", "05-31T23:58", 120, "FI"))).Counts.ShouldBe((1, 0, 0, 0));
        await Scene.Clock("07-01T00:10");

        (await Admin.Get("/v1/documents/" + june)).Body.ShouldBe(before);
        var july = await Scene.Document((await Scene.Documents("nordreach"))[1]);
        july.Text("issue_date").ShouldBe(Scene.Date("07-01"));
        var late = july.List("lines").Single(line => line.GetProperty("late").GetBoolean());
        (late.Text("quantity"), late.Text("unit_price"), late.Amount(), late.Text("original_period")).ShouldBe(("120", "0.045", "5.40", Scene.Month("05")));
        late.Text("description").ShouldStartWith($"late usage May {Scene.Year}");
        july.List("lines").Count(line => line.Text("kind") == "usage").ShouldBe(1);
    }

    [Fact]
    public async Task ANTX_an_invoice_says_what_was_due_before_it_what_was_paid_since_and_what_is_payable_now()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("pro", Charge.Monthly("100.00"));
        await Scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "pro"));
        await Scene.Clock("06-11T12:00");
        var first = (await Scene.TheDocument("nordreach")).Text("number");
        await Admin.Post("/v1/payments", new
        {
            id = Scene.Id("part"), party = Scene.Id("nordreach"), amount = "50.00", method = "transfer", received_on = Scene.Date("06-10"),
            allocations = new[] { new { document = first, amount = "50.00" } },
        });
        await Admin.Post($"/v1/documents/{first}/credit_notes", new { id = Scene.Id("note"), mode = "amount", net = "20.00", reason = "goodwill" });
        await Scene.Clock("07-01T00:10");
        var second = (await Scene.Documents("nordreach"))[1].Text("number");
        await Admin.Post("/v1/payments", new { id = Scene.Id("late"), party = Scene.Id("nordreach"), amount = "9.00", method = "transfer", received_on = Scene.Date("07-01") });
        (await Situation(first)).ShouldBe(("0.00", "0.00", "125.50", "0.00", "125.50"));
        // 20.00 and 5.10 tax were credited; what came after its issue is not on it.
        (await Situation(second)).ShouldBe(("125.50", "50.00", "125.50", "25.10", "175.90"));
        (await (await KeyOf("alfa", "billing:read")).TryGet($"/v1/documents/{second}/account_situation")).Refused(404, "not_found");

        async Task<(string, string, string, string, string)> Situation(string number)
        {
            var now = (await (await KeyOf("nordreach", "billing:read")).Get($"/v1/documents/{number}/account_situation")).Json;
            return (now.Amount("previous_due"), now.Amount("previous_paid"), now.Amount("this_period"), now.Amount("credit"), now.Amount("payable"));
        }
    }

    [Fact]
    public async Task ANTX_12_neither_another_partner_nor_the_end_customer_finds_the_invoice()
    {
        await NordReach();
        await Scene.Partner("southreach");
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Scene.Sms("a-1", "alfa-0", "05-12T09:00", 12340, "FI"));
        await Scene.Clock("06-01T00:10");
        var number = (await Scene.Documents("nordreach")).ShouldHaveSingleItem().Text("number");

        var (own, other, alfa) = (await KeyOf("nordreach", "billing:read"), await KeyOf("southreach", "billing:read", "usage:read"),
            await KeyOf("alfa", "billing:read", "usage:read"));
        (await own.Get("/v1/documents/" + number)).Json.Text("number").ShouldBe(number);
        foreach (var stranger in new[] { other, alfa })
        {
            var (hidden, missing) = (await stranger.TryGet("/v1/documents/" + number), await stranger.TryGet("/v1/documents/NOT-THERE"));
            hidden.Refused(404, "not_found").Body.Replace(number, "NOT-THERE", StringComparison.Ordinal).ShouldBe(missing.Refused(404, "not_found").Body);
            (await stranger.Get($"/v1/documents?party={Scene.Id("nordreach")}")).Json.List("data").ShouldBeEmpty();
        }
        (await Scene.Usage(alfa, "customers", "alfa", Scene.Month("05"))).ShouldBe(("12340", null));
        (await alfa.Get($"/v1/customers/{Scene.Id("alfa")}/usage?period={Scene.Month("05")}")).Body.ShouldNotContain("555.3");
    }

    // Alfa on Pro, Beta on Basic, Gamma pays as it goes and has two numbers.
    async Task NordReach()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Plan("pro", [Charge.Monthly("25.00"), .. Rates]);
        await Scene.Plan("basic", [Charge.Monthly("9.90"), .. Rates]);
        await Scene.Plan("payg", Rates);
        await Scene.Plan("number", Charge.Monthly("2.00"));
        var sold = new Dictionary<string, string[]> { ["alfa"] = ["pro"], ["beta"] = ["basic"], ["gamma"] = ["payg", "number", "number"] };
        foreach (var (customer, plans) in sold)
        {
            await Scene.Customer(customer, "nordreach");
            for (var index = 0; index < plans.Length; index++)
                await Scene.Subscribe($"{customer}-{index}", customer, "05-01", ("wholesale", plans[index]));
        }
    }
}
