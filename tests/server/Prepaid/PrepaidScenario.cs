// A reseller with a credit limit, its customer with money paid in, and subscriptions that are paid from wallets.
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Prepaid;

public abstract class PrepaidScenario(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Scene.Customer("alfa", "reseller");
        await Scene.Agreement("retail", "reseller", "alfa", documents: "statement");
        await Scene.Plan("cost", Charge.Sms("0.035"));
        await Scene.Plan("price", Charge.Sms("0.05"));
        await Scene.Clock("05-12T12:00");
    }

    protected async Task Wallet(string id, string owner, string paidIn, string limit = "0", string? sliceMax = null)
    {
        await Admin.Put($"/v1/wallets/{Scene.Id(id)}", sliceMax is null
            ? new { owner = Scene.Id(owner), currency = "EUR", credit_limit = limit }
            : new { owner = Scene.Id(owner), currency = "EUR", credit_limit = limit, slice_max = sliceMax });
        if (paidIn != "0") await Admin.Post($"/v1/wallets/{Scene.Id(id)}/top_up", new { amount = paidIn, reference = "first" });
    }

    /// <summary>One leg, paid from a wallet of the reseller.</summary>
    protected Task OneLeg(string id, string wallet, string plan = "price") => Admin.Put($"/v1/subscriptions/{Scene.Id(id)}", new
    {
        customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id(plan) } },
        funding = new { mode = "prepaid", wallet = Scene.Id(wallet) },
    });

    /// <summary>What the customer pays and what the reseller pays, each from a wallet of its own.</summary>
    protected Task TwoLegs(string id, string ofCustomer, string ofReseller) => Admin.Put($"/v1/subscriptions/{Scene.Id(id)}", new
    {
        customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"),
        legs = new object[]
        {
            new { agreement = Scene.Id("wholesale"), plan = Scene.Id("cost"), wallet = Scene.Id(ofReseller) },
            new { agreement = Scene.Id("retail"), plan = Scene.Id("price") },
        },
        funding = new { mode = "prepaid", wallet = Scene.Id(ofCustomer) },
    });

    protected JsonObject Sms(string id, string subscription, int segments = 1) => Scene.Sms(id, subscription, "05-12T11:00", segments, "CZ");

    protected string Hold(string subscription, string rest = "") => $"/v1/subscriptions/{Scene.Id(subscription)}/holds{rest}";

    protected Task<Answer> TryHold(string subscription, string id, string quantity, int seconds = 60, bool partial = false, string step = "1") =>
        Admin.TryPost(Hold(subscription), new
        {
            id, meter = "sms.mt.segment", quantity, dimensions = new { country = "CZ" }, expires_in_seconds = seconds, allow_partial = partial, step,
        });

    protected async Task<string> Available(string wallet, bool exact = true) =>
        (await Admin.Get($"/v1/wallets/{Scene.Id(wallet)}/balance{(exact ? "?consistency=exact" : "")}")).Json.Amount("available");
}
