// A wallet's automatic top-ups go through the same provider (decision 306).
namespace OrleansBilling.Server.Tests.Collection;

public abstract partial class CardCharging
{
    int sent;

    [Fact]
    public async Task automatic_top_ups_are_taken_from_the_card_once_each_whatever_is_lost_and_a_card_without_money_ends_them()
    {
        await Prepaid();
        var card = Scene.Id("reseller");
        provider.Fund(card, 15);
        provider.NextCalls(card, BadDay.LosesItsAnswer, BadDay.TellsTwice);
        (await Spend(61)).ShouldBe(61);
        await Eventually(async () => (await Requests("pending", "reseller")).Count == 1);
        (await collector.Round()).ShouldBe(0, "it was taken, and nobody knows");
        (provider.Taken.Values.Sum(), await Available()).ShouldBe((10m, "1.95"));
        await Place.KillAndStart();
        (await collector.Round()).ShouldBe(1);
        (await Available(), await State()).ShouldBe(("11.95", "armed"));
        await Eventually(async () => await Ledger("cash") == provider.Taken.Values.Sum() + 5);

        (await Spend(200)).ShouldBe(200);
        await Eventually(async () => (await Requests("pending", "reseller")).Count == 1);
        (await collector.Round()).ShouldBe(1);
        (await Available(), await State(), provider.Books.Single(one => one.Status == "declined").Reason).ShouldBe(("1.95", "declined", "insufficient_funds"));
        provider.Fund(card, 10);
        (await collector.Round()).ShouldBe(0, "nobody has said that the card is mended");
        await Admin.Post($"/v1/wallets/{Scene.Id("w")}/auto_top_up/resume");
        await Eventually(async () => (await Requests("pending", "reseller")).Count == 1);
        (await collector.Round()).ShouldBe(1);
        (await Available(), await State()).ShouldBe(("11.95", "armed"));
        await Eventually(async () => await Ledger("cash") == provider.Taken.Values.Sum() + 5);
        provider.Taken.Values.ShouldBe([10m, 10m]);
        (await seller.Get("/v1/top_up_receipts")).Json.List("data").Select(one => one.Amount("amount")).ShouldBe(["5.00", "10.00", "10.00"]);
        collector.Refused.ShouldBeEmpty();
        await Verified();
    }

    // A reseller's wallet with 5.00 on it, which asks for 10.00 below 2.00; messages cost 0.05.
    async Task Prepaid()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        seller = await KeyOf("operator", "billing:read", "billing:write");
        await Scene.Customer("alfa", "reseller");
        await Scene.Plan("price", Charge.Sms("0.05"));
        await Put(null);
        await Admin.Post($"/v1/wallets/{Scene.Id("w")}/top_up", new { amount = "5", reference = "first" });
        await Put(new { below = "2", amount = "10", per_day = 5 });
        await Admin.Put($"/v1/subscriptions/{Scene.Id("sub")}", new
        {
            customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("price") } },
            funding = new { mode = "prepaid", wallet = Scene.Id("w") },
        });
        await Scene.Clock("05-12T12:00");
    }

    Task Put(object? rule) => Admin.Put($"/v1/wallets/{Scene.Id("w")}",
        new { owner = Scene.Id("reseller"), currency = "EUR", seller = Scene.Id("operator"), slice_max = "0.5", time_zone = Zone, auto_top_up = rule });

    async Task<int> Spend(int messages) =>
        (await Admin.Events(Enumerable.Range(0, messages).Select(_ => Scene.Sms($"m{sent++}", "sub", "05-12T11:00", 1, "CZ")))).Accepted;

    async Task<string> Available() => (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance?consistency=exact")).Json.Amount("available");

    async Task<string> State() => (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance")).Json.GetProperty("auto_top_up").Text("state");
}
