// MAES: bills that come again are cancelled, begin with an amount of their own, and end with the customer (domain 1.2).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task MAES_05_a_cancelled_recurring_bill_bills_no_more_and_its_initial_amount_is_a_bill_of_its_own()
    {
        await Open();
        await Scene.Clock("05-08T12:00");
        await Recurring("crm", "r", "50.00");
        await Recurring("books", "r", "7.00");
        var (crm, books) = (Path("crm"), Path("books"));
        (await Admin.Delete(Bills("books") + "/r~initial")).Expect(200).Json.Text("status").ShouldBe("cancelled", "it is on no invoice yet");
        await Scene.Clock("05-25T00:10");
        var lines = (await Scene.TheDocument("cld-1")).List("lines").Select(line => (line.Text("description"), line.Amount())).ToList();
        lines.ShouldBe([("r", "29.90"), ("Initial: r", "50.00"), ("r", "29.90")], ignoreOrder: true);
        (await Admin.Delete(Bills("crm") + "/r~initial")).Refused(400, "invalid_request").Fields.ShouldBe(["status"]);

        var cancelled = (await Admin.Delete(crm + "/r")).Expect(200).Json;
        (cancelled.Text("status"), cancelled.Int("remaining_cycles"), cancelled.TryGetProperty("next_execution_at", out _)).ShouldBe(("cancelled", 0, false));
        (await Admin.Delete(crm + "/r")).Expect(200).Json.Text("status").ShouldBe("cancelled");
        (await Admin.Delete(crm + "/nothing")).Refused(404, "not_found");
        (await (await KeyOf("books", "billing:read", "billing:write")).Delete(crm + "/r")).Refused(404, "not_found");
        await Scene.Clock("08-01T00:10");
        (await Of("crm")).ShouldBe(["r~1 29.90 invoiced", "r~initial 50.00 invoiced"]);
        (await Of("books")).ShouldBe(["r~1 29.90 invoiced", "r~2 29.90 invoiced", "r~3 29.90 invoiced", "r~initial 7.00 cancelled"]);
        (await Admin.Get(books + "/r")).Json.Text("status").ShouldBe("expired");
        (await Admin.Delete(books + "/r")).Expect(200).Json.Text("status").ShouldBe("expired", "it was over by itself");
        (await Scene.Documents("cld-1")).Select(one => one.Amount("net")).ShouldBe(["109.80", "29.90", "29.90"]);
    }

    [Fact]
    public async Task MAES_14_recurring_bills_end_when_the_customer_leaves_and_all_of_them_when_it_is_terminated()
    {
        await Open();
        await Scene.Clock("05-08T12:00");
        await Recurring("crm", "r", "50.00", cycles: null);
        await Recurring("books", "r", "7.00", cycles: null);
        await Bill("sms", "once", "1.00");
        await Scene.Clock("06-03T09:00");
        (await Admin.Delete($"/v1/providers/{Scene.Id("crm")}/customers/{Scene.Id("cld-1")}")).Expect(200);
        (await Admin.Get(Path("crm") + "/r")).Json.Text("status").ShouldBe("cancelled");
        (await Admin.Get(Path("books") + "/r")).Json.Text("status").ShouldBe("active", "another application");
        (await Admin.TryPost(Path("crm"), RecurringBody("more", "1.00", 3))).Refused(409, "customer_left");
        await Bill("crm", "last", "12.00");
        await Scene.Clock("06-10T00:10");
        (await Of("crm")).ShouldBe(["last 12.00 submitted", "r~1 29.90 invoiced", "r~initial 50.00 invoiced"]);

        // Terminated above it: the partner's customers end with it.
        await Admin.Post($"/v1/partners/{Scene.Id("t1")}/terminate", new { reason = "closed its doors" });
        await Scene.Clock("06-10T00:15");
        (await Admin.Get(Path("books") + "/r")).Json.Text("status").ShouldBe("cancelled");
        (await TryBill("sms", "more", "1.00")).Refused(409, "party_terminated");
        (await TryBill("sms", "once", "1.00")).Expect(200).Json.Text("status").ShouldBe("invoiced", "the same again");
        (await Admin.TryPost(Path("books"), RecurringBody("more", "1.00", 3))).Refused(409, "party_terminated");
        await Scene.Clock("09-01T00:10");
        (await Of("books")).ShouldBe(["r~1 29.90 invoiced", "r~2 29.90 invoiced", "r~initial 7.00 invoiced"]);
        (await Scene.Documents("cld-1")).Select(one => one.Amount("net")).ShouldBe(["117.80", "41.90"], "29.90, 50.00, 29.90, 7.00 and 1.00; then 12.00 and 29.90");
    }

    string Path(string provider) => $"/v1/providers/{Scene.Id(provider)}/recurring_bills";

    string Bills(string provider) => $"/v1/providers/{Scene.Id(provider)}/bills";

    async Task<JsonElement> Recurring(string provider, string id, string initial, int? cycles = 3) => (await Admin.Post(Path(provider), RecurringBody(id, initial, cycles))).Json;

    // 29.90 each month from the 10th of May.
    Dictionary<string, object?> RecurringBody(string id, string initial, int? cycles)
    {
        var body = Body(id, "29.90");
        (body["every"], body["starts_at"], body["initial_amount"]) = ("month", Scene.At("05-10"), initial);
        if (cycles is { } n) body["cycles"] = n;
        if (id == "more") body.Remove("starts_at");
        return body;
    }

    // A provider's bills in the order of their names.
    async Task<IEnumerable<string>> Of(string provider) => (await Admin.Get(Bills(provider))).Json.List("data")
        .Select(one => $"{one.Text("id")} {one.Amount()} {one.Text("status")}");
}
