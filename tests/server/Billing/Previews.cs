// Previews: what the close would issue now, line by line, and nothing changed by asking.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class PreviewsOnSqlite(OnSqlite place) : Previews(place), IClassFixture<OnSqlite>;

public sealed class PreviewsOnPostgres(OnPostgres place) : Previews(place), IClassFixture<OnPostgres>;

public abstract class Previews(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task a_preview_is_the_document_that_is_issued_afterwards_with_late_usage_included_units_and_proration()
    {
        await Partner("05-10", await Scene.Calendar());
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-12", 150), Scene.Sms("2", "alfa-1", "05-15", 20));
        var may = await Single(Scene.Month("05"));
        may.List("lines").Count().ShouldBe(4);
        await Scene.Clock("06-01T00:10");
        Same(may, (await Scene.Documents("nordreach")).ShouldHaveSingleItem().Text("number"), await Scene.TheDocument("nordreach"));
        // Late usage of May stands on June's document; the whole fee of June is on it from its first day.
        await Scene.Clock("06-20");
        await Admin.Events(Scene.Sms("3", "alfa-0", "05-30", 7), Scene.Sms("4", "alfa-0", "06-02", 130), Scene.Sms("5", "alfa-1", "06-03", 1));
        var june = await Single("current");
        june.List("lines").Count(line => line.GetProperty("late").GetBoolean()).ShouldBe(1);
        june.Text("billing_period").ShouldBe(Scene.Month("06"));
        (await Single(Scene.Month("06"))).GetRawText().ShouldBe(june.GetRawText());
        await Scene.Clock("07-01T00:10");
        var issued = await Scene.Document((await Scene.Documents("nordreach"))[1]);
        Same(june, issued.Text("number"), issued);
        (await Of(Scene.Month("06"))).ShouldBeEmpty("closed: nothing is left to issue");
    }

    [Fact]
    public async Task in_the_grace_two_periods_are_previewed_each_with_its_own()
    {
        await Partner("05-10", await Scene.Calendar(grace: "PT36H"));
        await Scene.Clock("06-01T12:00");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-31", 120), Scene.Sms("2", "alfa-0", "06-01T01:00", 30), Scene.Sms("3", "alfa-1", "05-30", 5));
        var (may, june) = (await Single(Scene.Month("05")), await Single("current"));
        june.List("lines").Count(line => line.Text("kind") == "usage").ShouldBe(1);
        await Scene.Clock("07-02T12:10");
        var issued = await Scene.Documents("nordreach");
        Same(may, issued[0].Text("number"), await Scene.Document(issued[0]));
        Same(june, issued[1].Text("number"), await Scene.Document(issued[1]), withProof: false);
    }

    [Fact]
    public async Task a_preview_is_shown_to_seller_and_buyer_and_is_nobody_elses()
    {
        await Partner("05-01", await Scene.Calendar());
        await Scene.Partner("south");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-12", 150));
        var body = new { party = Scene.Id("nordreach"), period = "current" };
        (await (await KeyOf("nordreach", "billing:read")).Post("/v1/documents/preview", body)).Json.List("documents").Count().ShouldBe(1);
        (await (await KeyOf("south", "billing:read")).TryPost("/v1/documents/preview", body)).Refused(404, "not_found");
        (await (await KeyOf("nordreach", "usage:read")).TryPost("/v1/documents/preview", body)).Refused(403, "insufficient_scope");
        (await Admin.TryPost("/v1/documents/preview", new { party = Scene.Id("nobody") })).Refused(404, "not_found");
        (await Admin.TryPost("/v1/documents/preview", new { party = Scene.Id("nordreach"), period = "May" })).Fields.ShouldBe(["period"]);
        (await Of("2099-01")).ShouldBeEmpty("a period that has not begun");
    }

    async Task Partner(string from, string calendar)
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach", calendar);
        await Scene.Customer("alfa", "nordreach");
        await Scene.Plan("sms", Charge.Monthly("31.00"), Charge.Included("100", "0.0250"));
        await Scene.Subscribe("alfa-0", "alfa", from, ("wholesale", "sms"));
        await Scene.Subscribe("alfa-1", "alfa", from, ("wholesale", "sms"));
        await Scene.Clock("05-16T12:00");
    }

    async Task<IReadOnlyList<JsonElement>> Of(string period) =>
        [.. (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("nordreach"), period })).Json.List("documents")];

    async Task<JsonElement> Single(string period)
    {
        var preview = (await Of(period)).ShouldHaveSingleItem();
        (preview.Text("status"), preview.GetProperty("number").ValueKind).ShouldBe(("preview", JsonValueKind.Null));
        preview.Text("as_of").ShouldNotBeEmpty();
        (await Of(period)).ShouldHaveSingleItem().GetRawText().ShouldBe(preview.GetRawText(), "asking changes nothing");
        return preview;
    }

    // The seal of a period before it is a row of the stream: the proof of a later one covers it, too.
    static void Same(JsonElement preview, string number, JsonElement issued, bool withProof = true)
    {
        issued.Text("number").ShouldBe(number);
        foreach (var member in issued.EnumerateObject().Where(member => member.Name is not ("number" or "status" or "issue_date" or "due_date"
            or "payment_reference" or "lines")))
            preview.GetProperty(member.Name).GetRawText().ShouldBe(member.Value.GetRawText(), member.Name);
        string Line(JsonElement line) => string.Join('\n', line.EnumerateObject().Where(member => withProof || member.Name != "proof").Select(member => member.ToString()));
        preview.List("lines").Select(Line).ShouldBe(issued.List("lines").Select(Line));
    }
}
