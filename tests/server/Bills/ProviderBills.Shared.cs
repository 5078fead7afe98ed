// MAES-02: each bill is split by itself, and the tenant's statement says how (domain 1.2).
namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task MAES_02_each_bill_is_split_to_the_cent_and_the_tenants_statement_adds_up()
    {
        await Open();
        await ThreeBills();
        var invoice = (await Scene.TheDocument("cld-1")).Text("number");
        var report = $"/v1/reports/revenue_share?from={Scene.Month("05")}";
        var tenant = await KeyOf("t1", "billing:read");
        var statement = (await tenant.Get(report + "&group_by=bill")).Json;
        // 13.965 and 1.995 of the first tie: the provider is listed first and gets the cent. The last carries no commission.
        statement.List("bills").Select(bill => (Scene.Name(bill.Text("provider")), bill.GetProperty("commissionable").GetBoolean(), bill.Amount(),
                bill.Amount("others"), bill.Amount("commission"), bill.Amount("platform")))
            .ShouldBe([("books", true, "29.90", "20.93", "5.98", "2.99"), ("crm", true, "19.95", "13.97", "3.99", "1.99"),
                ("sms", false, "15.00", "15.00", "0.00", "0.00")]);
        statement.List("bills").ShouldAllBe(bill => bill.Text("document") == invoice && bill.Text("customer") == Scene.Id("cld-1"));
        var sums = statement.List("totals").ShouldHaveSingleItem();
        (sums.Amount("portfolio"), sums.Amount("non_commissionable"), sums.Amount("commission"), sums.Amount("platform"), sums.Amount("others"))
            .ShouldBe(("64.85", "15.00", "9.97", "4.98", "49.90"));

        // What each is owed, and the platform's rest in its books: 64.85 in all.
        var owed = new Dictionary<string, string>();
        foreach (var party in new[] { "crm", "books", "sms", "t1" })
        {
            var (accrued, payable, closed) = await Owed(party);
            (payable, closed).ShouldBe(("0.00", "0.00"));
            owed.Add(party, accrued);
        }

        owed.ShouldBe(new Dictionary<string, string> { ["crm"] = "13.97", ["books"] = "20.93", ["sms"] = "15.00", ["t1"] = "9.97" });
        var books = (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("market")}")).Json.List("data").ToList();
        decimal Balance(string ledger) => books.Where(row => row.Text("ledger") == ledger).Sum(row => row.Amount("balance").Exact());
        (Balance("commission_expense"), books.Where(row => row.Text("ledger").StartsWith("revenue:", StringComparison.Ordinal)).Sum(row => row.Amount("balance").Exact()))
            .ShouldBe((59.87m, -64.85m), "4.98 of 64.85 stays with the platform");

        // As a table, bill by bill and in all; what the report does not know is named.
        (await tenant.Get(report + "&group_by=bill", "text/csv")).Lines.ShouldContain(line =>
            line.Contains("\"true\",\"AUD\",\"19.95\",\"3.99\",\"1.99\",\"13.97\"", StringComparison.Ordinal));
        (await tenant.Get(report, "text/csv")).Lines.Select(line => line.TrimEnd('\r')).ShouldBe(
            ["\"currency\",\"portfolio\",\"non_commissionable\",\"commission\",\"platform\",\"others\"", "\"AUD\",\"64.85\",\"15.00\",\"9.97\",\"4.98\",\"49.90\""]);
        (await tenant.TryGet(report + "&group_by=customer")).Refused(400, "invalid_request").Fields.ShouldBe(["group_by"]);
        (await tenant.Get(report)).Json.TryGetProperty("bills", out _).ShouldBeFalse();
    }
}
