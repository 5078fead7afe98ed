// The marketplace of domain 1.2: tenant T1, three providers, a customer; shares 70 / 20 / 10, 25th to 24th, charged on the 2nd, paid out on the 15th.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Bills;

public abstract class Marketplace(ServerPlace place) : Scenario(place)
{
    protected override string Zone => "Etc/UTC";

    /// <summary>Calendar of all scenes of a server.</summary>
    const string Calendar = "maes-25";

    protected async Task Open(string trialPolicy = "reject", string? dunningPolicy = null)
    {
        await Scene.Clock("04-25");
        await Admin.Put($"/v1/calendars/{Calendar}",
            new { anchor_day = 25, time_zone = Zone, grace = "PT0S", period_by = "receipt_time", charge_day = 2, payout_day = 15 });
        await Scene.Seller("market", "AU", "AUD");
        await Scene.Partner("t1", "AUD");
        foreach (var provider in new[] { "crm", "books", "sms" }) await Provider(provider);
        await Buyer("cld-1", trialPolicy, dunningPolicy);
    }

    /// <summary>A customer of the tenant that providers may bill.</summary>
    protected async Task Buyer(string id, string trialPolicy = "reject", string? dunningPolicy = null)
    {
        await Scene.Customer(id, "t1");
        await Admin.Put($"/v1/agreements/{Scene.Id(id)}", new
        {
            kind = "revenue_share", seller = Scene.Id("market"), buyer = Scene.Id(id), calendar = Calendar, due_days = 8,
            tax = new { category = "S", rate = "10" }, trial_policy = trialPolicy,
            dunning_policy = dunningPolicy is null ? null : Scene.Id(dunningPolicy),
            splits = new object[]
            {
                new { party = "provider", percent = "70" }, new { party = Scene.Id("t1"), percent = "20" }, new { party = Scene.Id("market"), percent = "10" },
            },
        });
    }

    protected Task Provider(string id, string? tenant = null) => Admin.Put($"/v1/providers/{Scene.Id(id)}",
        new { name = id, country = "AU", currency = "AUD", partner = tenant is null ? null : Scene.Id(tenant) });

    /// <summary>Sends a bill whatever the answer.</summary>
    protected Task<Answer> TryBill(string provider, string id, string amount, bool commissionable = true, Api? by = null) =>
        (by ?? Admin).TryPost($"/v1/providers/{Scene.Id(provider)}/bills", Body(id, amount, commissionable));

    protected async Task<JsonElement> Bill(string provider, string id, string amount, bool commissionable = true) =>
        (await TryBill(provider, id, amount, commissionable)).Expect(200).Json;

    /// <summary>A bill for any customer, under the customer's name.</summary>
    protected Task BillTo(string customer, string amount, string id = "b") =>
        Admin.Post($"/v1/providers/{Scene.Id("crm")}/bills", Body($"{id}-{customer}", amount, customer: customer));

    protected Dictionary<string, object?> Body(string id, string amount, bool commissionable = true, string customer = "cld-1") => new()
    {
        ["id"] = id, ["customer"] = Scene.Id(customer), ["amount"] = amount, ["currency"] = "AUD", ["description"] = id, ["commissionable"] = commissionable,
    };

    /// <summary>The three bills of MAES-01, and the clock after the close.</summary>
    protected async Task ThreeBills()
    {
        await Scene.Clock("05-01T10:00");
        await Bill("crm", "bill-crm", "19.95");
        await Scene.Clock("05-10T10:00");
        await Bill("books", "bill-books", "29.90");
        await Scene.Clock("05-20T10:00");
        await Bill("sms", "bill-sms", "15.00", commissionable: false);
        await Scene.Clock("05-25T00:10");
    }

    protected async Task<string> StatusOf(string provider, string bill) =>
        (await Admin.Get($"/v1/providers/{Scene.Id(provider)}/bills/{bill}")).Json.Text("status");

    /// <summary>Requests to charge a customer.</summary>
    protected async Task<IReadOnlyList<JsonElement>> Requests(string? status = null, string customer = "cld-1") =>
        [.. (await Admin.Get($"/v1/charge_requests?party={Scene.Id(customer)}{(status is null ? "" : "&status=" + status)}")).Json.List("data")];

    /// <summary>Tells how the only pending request went.</summary>
    protected async Task Charged(string result) =>
        await Admin.Post($"/v1/charge_requests/{(await Requests("pending")).ShouldHaveSingleItem().Text("id")}/result", new { result });

    /// <summary>Payouts of a period of this scene, by party.</summary>
    protected async Task<Dictionary<string, string>> Payouts(string month) =>
        (await Admin.Get($"/v1/payouts?period={Scene.Month(month)}&limit=200")).Json.List("data").Where(one => one.Text("party").StartsWith(Scene.Id(""), StringComparison.Ordinal))
            .ToDictionary(one => Scene.Name(one.Text("party")), one => one.Amount("total"));

    /// <summary>Accrued, payable and closed of a party.</summary>
    protected async Task<(string Accrued, string Payable, string Closed)> Owed(string party)
    {
        var payable = (await Admin.Get($"/v1/payables?party={Scene.Id(party)}")).Json.List("data").ShouldHaveSingleItem();
        return (payable.Amount("accrued"), payable.Amount("payable"), payable.Amount("closed"));
    }
}
