// APIC-13: invoices that are looked at before they are issued.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Accounts;

public abstract partial class Charges
{
    [Fact]
    public async Task APIC_13_a_published_estimate_is_an_invoice_and_a_discarded_ones_charges_are_in_the_next_estimate()
    {
        await Scene.Clock("05-01");
        await Scene.Seller("operator");
        foreach (var (buyer, amount) in new[] { ("e1", "200.00"), ("e2", "300.00") })
        {
            await Scene.Partner(buyer);
            await Admin.Put($"/v1/agreements/{Scene.Id(buyer)}", new
            {
                kind = "wholesale", seller = Scene.Id("operator"), buyer = Scene.Id(buyer), calendar = await Scene.Calendar(), estimates = true,
                tax = new { category = "S", rate = "25.5" },
            });
            (await TryCharge(buyer + "-may", amount, "05-10", buyer)).Expect(200);
        }

        await Scene.Clock("06-01T00:10");
        (await Scene.Documents("e1")).ShouldBeEmpty();
        var listed = (await Admin.Get($"/v1/estimates?party={Scene.Id("e1")}")).Json.List("data").ShouldHaveSingleItem();
        (listed.Text("number"), listed.Text("kind"), listed.Text("status"), listed.Amount("net"), listed.Amount("total"))
            .ShouldBe((Name("e1", "05"), "estimate", "in_progress", "200.00", "251.00"));
        (await Available("e1")).ShouldBe("-251.00", "an estimate is unbilled");
        (await (await KeyOf("e1", "billing:read", "billing:write")).TryPost($"/v1/estimates/{Name("e1", "05")}/publish", new { })).Refused(404, "not_found");
        (await TryEstimate("e1", "04", "publish")).Refused(404, "not_found");

        await Scene.Clock("06-03T09:00");
        var invoice = await Estimate("e1", "05", "publish");
        (invoice.Text("kind"), invoice.Text("status"), invoice.Amount("net"), invoice.Amount("total"), invoice.Amount("outstanding"))
            .ShouldBe(("invoice", "issued", "200.00", "251.00", "251.00"));
        (invoice.Text("issue_date"), invoice.Text("due_date"), invoice.Text("billing_period")).ShouldBe((Scene.Date("06-03"), Scene.Date("06-17"), Scene.Month("05")));
        (await Estimate("e1", "05", "publish")).Text("number").ShouldBe(invoice.Text("number"));
        (await TryEstimate("e1", "05", "discard")).Refused(409, "already_published");
        (await Scene.TheDocument("e1")).Text("number").ShouldBe(invoice.Text("number"));
        (await Available("e1")).ShouldBe("-251.00", "invoiced, and not twice");

        (await Estimate("e2", "05", "discard")).Text("status").ShouldBe("discarded");
        (await TryEstimate("e2", "05", "publish")).Refused(409, "estimate_discarded");
        (await Estimate("e2", "05", "reopen")).Text("status").ShouldBe("in_progress");
        (await Estimate("e2", "05", "discard")).Amount("net").ShouldBe("300.00");
        (await Scene.Documents("e2")).ShouldBeEmpty();
        (await Preview("e2")).LineAmounts().ShouldBe(["300.00"]);
        (await Available("e2")).ShouldBe("-376.50");
        (await TryCharge("e2-june", "50.00", "06-10", "e2")).Expect(200);

        await Scene.Clock("07-01T00:10");
        (await TryEstimate("e2", "05", "reopen")).Refused(409, "estimate_carried");
        (await Admin.Get($"/v1/estimates/{Name("e2", "05")}")).Json.Text("status").ShouldBe("carried");
        var next = (await Admin.Get($"/v1/estimates/{Name("e2", "06")}")).Json;
        (next.Text("status"), next.Amount("net"), next.Amount("total")).ShouldBe(("in_progress", "350.00", "439.25"));
        next.SortedAmounts().ShouldBe(["50.00", "300.00"]);
        (await Scene.Documents("e2")).ShouldBeEmpty();
        (await Estimate("e2", "06", "publish")).SortedAmounts().ShouldBe(["50.00", "300.00"]);
        await Scene.Clock("08-01T00:10");
        (await Scene.TheDocument("e2")).Amount("total").ShouldBe("439.25");
    }

    [Fact]
    public async Task APIC_13_a_discarded_estimate_comes_back_in_a_later_period_in_which_nothing_else_was_charged()
    {
        await Customer("05-01", null);
        await Admin.Put($"/v1/agreements/{Scene.Id("a")}", new
        {
            kind = "wholesale", seller = Scene.Id("operator"), buyer = Scene.Id("x"), calendar = await Scene.Calendar(), estimates = true,
            tax = new { category = "S", rate = "25.5" },
        });
        await Charge("only", "80.00", "05-10");
        await Scene.Clock("08-01T00:10");
        await Estimate("a", "05", "discard");
        await Scene.Clock("09-01T00:10");
        (await Admin.Get($"/v1/estimates/{Name("a", "08")}")).Json.Amount("net").ShouldBe("80.00");
        await Estimate("a", "08", "discard");
        await Scene.Clock("10-01T00:10");
        (await Estimate("a", "09", "publish")).Amount("total").ShouldBe("100.40");
        await Scene.Clock("11-01T00:10");
        (await Scene.TheDocument("x")).LineAmounts().ShouldBe(["80.00"]);
        (await TryEstimate("a", "10", "publish")).Refused(404, "not_found");
    }

    string Name(string agreement, string month) => $"{Scene.Id(agreement)}:{Scene.Month(month)}";

    async Task<JsonElement> Estimate(string agreement, string month, string verb) => (await TryEstimate(agreement, month, verb)).Expect(200).Json;

    Task<Answer> TryEstimate(string agreement, string month, string verb) => Admin.TryPost($"/v1/estimates/{Name(agreement, month)}/{verb}", new { });

    async Task<string> Available(string party) => (await Admin.Get($"/v1/partners/{Scene.Id(party)}/balance?consistency=exact")).Json.Amount("available");
}
