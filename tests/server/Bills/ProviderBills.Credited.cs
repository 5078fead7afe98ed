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
}
