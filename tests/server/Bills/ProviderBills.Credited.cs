// MAES: what is taken back of single bills comes from the parties of those bills (domain 0.3, rule 22).
namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task a_credit_note_of_single_bills_takes_back_the_shares_of_those_bills_and_of_no_other()
    {
        await Open();
        await ThreeBills();
        var invoice = await Scene.TheDocument("cld-1");
        var path = $"/v1/documents/{invoice.Text("number")}/credit_notes";
        string Charge(string bill) => invoice.List("lines").Single(line => line.Text("description") == bill).Text("charge");
        object Credit(string id, params (string Bill, string Price)[] lines) => new
        {
            id = Scene.Id(id), mode = "lines", reason = "not delivered",
            lines = lines.Select(line => new { description = "back", unit_price = line.Price, bill = line.Bill }).ToArray(),
        };
        (await Admin.TryPost(path, Credit("a", ("nothing", "1.00")))).Refused(400, "invalid_request").Fields.ShouldBe(["lines[0].bill"]);
        (await Admin.TryPost(path, Credit("b", (Charge("bill-sms"), "15.01")))).Refused(409, "exceeds_bill");

        // The texts' bill carries no commission: it is the provider's alone. Tax 1.50.
        var note = (await Admin.Post(path, Credit("c", (Charge("bill-sms"), "15.00")))).Json;
        (note.Amount("net"), note.Amount("tax"), note.Amount("total")).ShouldBe(("15.00", "1.50", "16.50"));
        (await Admin.Post(path, Credit("c", (Charge("bill-sms"), "15.00")))).Json.Text("number").ShouldBe(note.Text("number"));
        (await Owed("sms"), await Owed("crm"), await Owed("books"), await Owed("t1")).ShouldBe(
            (("0.00", "0.00", "0.00"), ("13.97", "0.00", "0.00"), ("20.93", "0.00", "0.00"), ("9.97", "0.00", "0.00")));
        (await Admin.TryPost(path, Credit("d", (Charge("bill-sms"), "0.01")))).Refused(409, "exceeds_bill");

        // 10.00 of 19.95, by 70 / 20 / 10.
        await Admin.Post(path, Credit("e", (Charge("bill-crm"), "10.00")));
        (await Owed("crm"), await Owed("books"), await Owed("t1")).ShouldBe((("6.97", "0.00", "0.00"), ("20.93", "0.00", "0.00"), ("7.97", "0.00", "0.00")));
        await Admin.Post(path, new { id = Scene.Id("f"), mode = "full", reason = "all of it" });
        foreach (var party in new[] { "sms", "crm", "books", "t1" }) (await Owed(party)).ShouldBe(("0.00", "0.00", "0.00"));
        (await Scene.Document(invoice)).Text("status").ShouldBe("cancelled");
    }

    [Fact]
    public async Task MAES_08_an_invoice_that_is_given_up_is_written_off_nobody_is_asked_for_it_and_nobody_is_owed_anything_of_it()
    {
        await Open();
        await ThreeBills();
        var invoice = (await Scene.TheDocument("cld-1")).Text("number");
        await Scene.Clock("06-02T00:10");
        await Charged("declined");
        await Scene.Clock("06-05T00:10");
        (await Requests("pending")).ShouldHaveSingleItem();
        await Admin.Post($"/v1/documents/{invoice}/credit_notes", new { mode = "full", reason = "given up" });
        (await Requests()).Select(one => one.Text("status")).ShouldBe(["declined", "withdrawn"]);
        foreach (var filter in new[] { "", "&status=written_off" })
        {
            var arrears = (await Admin.Get($"/v1/arrears?party={Scene.Id("cld-1")}{filter}")).Json.List("data").ShouldHaveSingleItem();
            (arrears.Text("state"), arrears.Amount("outstanding"), arrears.TryGetProperty("next_at", out _)).ShouldBe(("written_off", "0.00", false));
        }

        await Scene.Clock("07-15T00:10");
        (await Requests()).Count.ShouldBe(2);
        (await Payouts("05")).ShouldBeEmpty();
        foreach (var party in new[] { "sms", "crm", "books", "t1" }) (await Owed(party)).ShouldBe(("0.00", "0.00", "0.00"));
        var books = (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("market")}")).Json;
        books.GetProperty("balanced").GetBoolean().ShouldBeTrue();
        var sums = books.List("data").GroupBy(row => row.Text("ledger").Split(':')[0]).ToDictionary(one => one.Key, one => one.Sum(row => row.Amount("balance").Exact()));
        // 64.85 of revenue and what was credited of it; nothing was ever paid.
        (sums["receivable"], sums["revenue"], sums["tax_payable"], sums["commission_expense"], sums.GetValueOrDefault("payable"), sums.GetValueOrDefault("cash")).ShouldBe((0m, 0m, 0m, 0m, 0m, 0m));
    }
}
