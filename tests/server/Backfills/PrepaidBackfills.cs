// Backfills of prepaid use: paid at once from the wallet, and paid back by a revert.
namespace OrleansBilling.Server.Tests.Backfills;

public sealed class PrepaidBackfillsOnSqlite(OnSqlite place) : PrepaidBackfills(place), IClassFixture<OnSqlite>;

public sealed class PrepaidBackfillsOnPostgres(OnPostgres place) : PrepaidBackfills(place), IClassFixture<OnPostgres>;

public abstract class PrepaidBackfills(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    [Fact]
    public async Task the_wallet_pays_now_and_gets_it_back()
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("one", "w");
        await OneLeg("two", "w");
        await Scene.Clock("06-20");
        await Admin.Post("/v1/backfills", new { id = Scene.Id("b"), reason = "lost day" });
        (await Fill("a", "one", 20)).ShouldBe("accepted");
        (await Fill("b", "two", 1)).ShouldBe("insufficient_funds");
        (await Available("w")).ShouldBe("0.00");
        (await Admin.Post($"/v1/backfills/{Scene.Id("b")}/revert")).Json.Text("state").ShouldBe("reverted");
        (await Available("w")).ShouldBe("1.00");
        (await Admin.Events(Scene.Sms("now", "two", "06-19", 20, "CZ"))).Only.ShouldBe("accepted");
        (await Available("w")).ShouldBe("0.00");
    }

    private async Task<string> Fill(string id, string subscription, int segments) =>
        UsageAnswer.Of((await Admin.Backfill(Scene.Id("b"), Sms(id, subscription, segments))).Expect(200)).Only;
}
