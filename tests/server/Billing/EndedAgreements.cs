// 0.3, rule 12: what is below zero when an agreement has ended cannot wait for a next document and goes back by credit notes.
using OrleansBilling.Server.Tests.Corrections;
using OrleansBilling.Server.Tests.Proving;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class EndedAgreementsOnSqlite(OnSqlite place) : EndedAgreements(place), IClassFixture<OnSqlite>;

public sealed class EndedAgreementsOnPostgres(OnPostgres place) : EndedAgreements(place), IClassFixture<OnPostgres>;

public abstract class EndedAgreements(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task what_an_ended_agreement_has_below_zero_becomes_a_credit_note_on_its_newest_invoice()
    {
        var invoice = await MayInvoiced();
        await Retract("june", 40);
        await Ends("06-30");
        await Scene.Clock("07-01T00:10");
        var note = await Scene.TheDocument("rs1", "credit_note");
        (note.Text("number"), note.Text("corrects"), note.Text("issue_date")).ShouldBe((invoice + "-C", invoice, Scene.Date("07-01")));
        (note.Amount("net"), note.Amount("tax"), note.Amount("total")).ShouldBe(("2.00", "0.51", "2.51"));
        note.List("lines").Single().Text("description").ShouldBe($"Balance in your favour at the end of the agreement, {Scene.Month("06")}");
        (await Open(invoice)).ShouldBe(("issued", "3.77"));
        await Scene.Clock("10-01T00:10");
        (await Scene.Documents("rs1")).Count.ShouldBe(1);
        (await Scene.Documents("rs1", "credit_note")).Count.ShouldBe(1);
        // No estimate, although it is a draft that is done with.
        (await Admin.TryGet($"/v1/estimates/{Scene.Id("dated")}:{Scene.Month("06")}")).Refused(404, "not_found");
        await Verified();
    }

    [Fact]
    public async Task what_is_paid_already_is_credit_for_other_documents()
    {
        var invoice = await MayInvoiced();
        await Admin.Post("/v1/payments", new
        {
            id = Scene.Id("p"), party = Scene.Id("rs1"), amount = "6.28", method = "cheque", received_on = Scene.Date("06-05"),
            allocations = new[] { new { document = invoice, amount = "6.28" } },
        });
        await Retract("june", 100);
        await Ends("06-30");
        await Scene.Clock("07-01T00:10");
        (await Scene.TheDocument("rs1", "credit_note")).Amount("total").ShouldBe("6.28");
        (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("op")}")).Json.List("data")
            .Single(row => row.Text("ledger") == "unapplied").Amount("balance").ShouldBe("-6.28");
        await Verified();
    }

    [Fact]
    public async Task what_waited_for_months_goes_back_at_the_end_and_not_before()
    {
        await MayInvoiced();
        await Retract("june", 40);
        await Scene.Clock("08-01T00:10");
        (await Scene.Documents("rs1", "credit_note")).ShouldBeEmpty();
        await Ends("08-15");
        await Scene.Clock("09-01T00:10");
        (await Scene.TheDocument("rs1", "credit_note")).Amount("net").ShouldBe("2.00");
        await Verified();
    }

    [Fact]
    public async Task a_server_that_dies_before_it_has_noted_the_credit_credits_once()
    {
        var invoice = await MayInvoiced();
        await Retract("june", 40);
        await Ends("06-30");
        await Place.Server.Stop();
        await Place.StartUntil("close.credited");
        await Should.ThrowAsync<Exception>(() => Scene.Clock("07-01T00:10"));
        await Place.Server.Died();
        await Place.Start();
        await Scene.Clock("07-01T00:20");
        (await Scene.TheDocument("rs1", "credit_note")).Amount("total").ShouldBe("2.51");
        (await Open(invoice)).ShouldBe(("issued", "3.77"));
        await Verified();
    }

    [Fact]
    public async Task a_draft_that_is_marked_as_given_back_and_is_not_is_named()
    {
        await MayInvoiced();
        await Retract("june", 40);
        await Scene.Clock("07-01T00:10");
        await Place.Server.Stop();
        await Mark("credited");
        var (code, output) = await Place.RunOnStore("verify");
        await Mark("draft");
        code.ShouldBe(1, output);
        output.ShouldContain("[ending]");
        output.ShouldContain("at the end of its agreement; its credit notes give back 0");
        await Place.Start();
        await Verified();

        async Task Mark(string status)
        {
            await using var connection = await Place.OpenStore();
            await new StoreHarm(connection).Run($"update documents set status = '{status}' where key = '{Scene.Id("dated")}|{Scene.Month("06")}|invoice'");
        }
    }

    // 100 segments at 0.05, with 25.5 % tax: 5.00 + 1.28.
    async Task<string> MayInvoiced()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("op", "rs1");
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", Charge.Sms("0.0500"));
        await Ends(null);
        await Scene.Subscribe("alfa-0", "alfa", "05-01", ("dated", "basic"));
        await Scene.Clock("05-20");
        await Admin.Events(Scene.Sms("may", "alfa-0", "05-12T11:00", 100));
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("rs1");
        (invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("total")).ShouldBe(("5.00", "1.28", "6.28"));
        return invoice.Text("number");
    }

    async Task Retract(string id, int quantity)
    {
        var (action, rest) = quantity == 100 ? ("retract", null) : ("amend", $"{100 - quantity}");
        (await Admin.TryPost("/v1/corrections", CorrectionBodies.Of(Scene, id, "may", action, rest, "05-12T11:00", "alfa-0"))).Expect(200);
    }

    async Task<Answer> Ends(string? on) => await Admin.Put($"/v1/agreements/{Scene.Id("dated")}", new
    {
        kind = "wholesale", seller = Scene.Id("op"), buyer = Scene.Id("rs1"), calendar = await Scene.Calendar(), due_days = 14,
        tax = new { category = "S", rate = "25.5" }, valid_to = on is null ? null : Scene.Date(on),
    });

    async Task<(string Status, string Outstanding)> Open(string number)
    {
        var document = (await Admin.Get("/v1/documents/" + number)).Json;
        return (document.Text("status"), document.Amount("outstanding"));
    }

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
