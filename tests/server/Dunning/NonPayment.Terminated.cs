// A step of dunning that terminates: for ever, and with everything that a termination by hand does (domain 1.1, 1.4).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Dunning;

public abstract partial class NonPayment
{
    [Fact]
    public async Task a_step_that_terminates_ends_every_service_for_ever_and_the_next_close_bills_the_rest()
    {
        await Policy("end", ("due", 7, "suspend"), ("due", 30, "terminate"));
        await Invoiced("r", "end", 14, "sub-1", "sub-2");
        await Scene.Clock("07-14T23:59:59");
        (await State("partners", "r"), await State("customers", "sub-1")).ShouldBe(("suspended", "partner_suspended"));
        await Scene.Clock("07-15T00:01");
        var ended = (await Admin.Get($"/v1/partners/{Scene.Id("r")}")).Json;
        (ended.Text("state"), ended.List("reasons").Select(one => (one.Text("state"), one.Text("source"))).ShouldHaveSingleItem())
            .ShouldBe(("terminated", ("terminated", "dunning")));
        (await State("customers", "sub-1"), await Send("sub-1"), await Send("sub-2")).ShouldBe(("partner_terminated", "partner_suspended", "partner_suspended"));
        (await Told("r")).ShouldBe(["06-22 suspend", "07-15 terminate"]);
        // Midnight in Helsinki.
        foreach (var one in new[] { "sub-1-0", "sub-2-0" }) (await Admin.Get(Subscription(one))).Json.Text("ends_at").ShouldBe($"{Scene.Date("07-14")}T21:00:00Z");
        (await Admin.TryPut($"/v1/customers/{Scene.Id("sub-3")}", new { name = "sub-3", partner = Scene.Id("r") })).Refused(409, "party_not_active");

        await Scene.Clock("07-16T10:00");
        await PayAll("r");
        (await State("partners", "r"), await Send("sub-1")).ShouldBe(("terminated", "partner_suspended"), "no payment brings it back");
        foreach (var verb in new[] { "resume", "suspend" }) (await Admin.TryPost($"/v1/partners/{Scene.Id("r")}/{verb}")).Refused(409, "party_terminated");
        (await Admin.TryPost($"/v1/partners/{Scene.Id("r")}/lift", new { until = Scene.Date("08-30") })).Refused(409, "party_terminated");
        await Scene.Clock("08-01T00:10");
        var last = await Scene.Document((await Scene.Documents("r"))[^1]);
        last.Days().ShouldBe((Scene.Date("07-01"), Scene.Date("07-31")));
        last.SortedAmounts().ShouldBe(["31.00", "31.00"], "this plan's last month is a full one");
        await PayAll("r");
        await Scene.Clock("10-01T00:10");
        (await Scene.Documents("r")).Count.ShouldBe(3, "of May, June and July");
        (await State("partners", "r")).ShouldBe("terminated");
    }

    [Fact]
    public async Task a_lift_holds_a_termination_back_and_payment_meanwhile_ends_it()
    {
        await Policy("end", ("due", 7, "suspend"), ("due", 30, "terminate"));
        await Invoiced("r", "end", 14, "sub-1");
        await Scene.Clock("07-14T12:00");
        await Admin.Post($"/v1/partners/{Scene.Id("r")}/lift", new { until = Scene.Date("07-20"), reason = "promised" });
        await Scene.Clock("07-17T12:00");
        (await State("partners", "r"), await Send("sub-1")).ShouldBe(("active", "accepted"), "its last day has passed, and the lift has not");
        await PayAll("r");
        await Scene.Clock("07-21T12:00");
        (await State("partners", "r")).ShouldBe("active");
        (await Admin.Get(Subscription("sub-1-0"))).Json.TryGetProperty("ends_at", out _).ShouldBeFalse();
    }
}
