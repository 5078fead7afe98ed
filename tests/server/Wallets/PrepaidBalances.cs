// What a prepaid subscription leaves of its wallet: as told, and exactly.
namespace OrleansBilling.Server.Tests.Wallets;

public sealed class PrepaidBalancesOnSqlite(OnSqlite place) : PrepaidBalances(place), IClassFixture<OnSqlite>;

public sealed class PrepaidBalancesOnPostgres(OnPostgres place) : PrepaidBalances(place), IClassFixture<OnPostgres>;

public abstract class PrepaidBalances(ServerPlace place) : WalletScenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Plan("sms", Charge.Sms("0.05"));
        (await Put("w", "nordreach", new { currency = "EUR" })).Expect(201);
    }

    [Fact]
    public async Task exactly_what_was_spent_is_gone_and_a_slice_that_is_not_spent_is_there()
    {
        await Prepaid("sub");
        (await Admin.TryPost(Path("w", "/top_up"), new { amount = "10", reference = "p" })).Expect(200);
        (await Admin.Events(Sms("sub", 3))).Counts.ShouldBe((3, 0, 0, 0));
        var exact = (await Admin.Get(Path("w", "/balance?consistency=exact"))).Json;
        (exact.Amount("available"), exact.Amount("posted"), exact.Amount("held")).ShouldBe(("9.85", "9.85", "0.00"));
        var told = (await Admin.Get(Path("w", "/balance"))).Json;
        told.Amount("available").Exact().ShouldBeLessThan(9.85m);
        (told.Amount("available").Exact() + told.Amount("held").Exact()).ShouldBe(told.Amount("posted").Exact());
        var paying = (await Admin.Get($"/v1/subscriptions/{Scene.Id("sub")}/balance?consistency=exact")).Json.List("data").ShouldHaveSingleItem();
        (paying.Text("wallet"), paying.Amount("available")).ShouldBe((Scene.Id("w"), "9.85"));
    }

    [Fact]
    public async Task two_subscriptions_spend_a_wallet_to_its_last_cent_and_not_one_more()
    {
        await Prepaid("one");
        await Prepaid("two");
        (await Admin.TryPost(Path("w", "/top_up"), new { amount = "1", reference = "p" })).Expect(200);
        var accepted = 0;
        for (var round = 0; round < 15; round++)
            foreach (var subscription in new[] { "one", "two" })
                accepted += (await Admin.Events(Sms(subscription, 1, $"{subscription}-{round}"))).Accepted;
        accepted.ShouldBe(20);
        (await Admin.Get(Path("w", "/balance?consistency=exact"))).Json.Amount("available").ShouldBe("0.00");
    }

    IEnumerable<System.Text.Json.Nodes.JsonObject> Sms(string subscription, int count, string id = "e") =>
        Enumerable.Range(0, count).Select(n => Scene.Sms($"{id}-{n}", subscription, "05-12T11:00", 1, "FI"));

    Task Prepaid(string id) => Admin.Put($"/v1/subscriptions/{Scene.Id(id)}", new
    {
        customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("sms") } },
        funding = new { mode = "prepaid", wallet = Scene.Id("w") },
    });
}
