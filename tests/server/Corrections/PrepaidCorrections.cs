// Corrections of prepaid use: money comes back at once, and what costs more must be there.
namespace OrleansBilling.Server.Tests.Corrections;

public sealed class PrepaidCorrectionsOnSqlite(OnSqlite place) : PrepaidCorrections(place), IClassFixture<OnSqlite>;

public sealed class PrepaidCorrectionsOnPostgres(OnPostgres place) : PrepaidCorrections(place), IClassFixture<OnPostgres>;

public abstract class PrepaidCorrections(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_retracted_event_gives_its_money_back_to_whoever_needs_it_next(bool killed)
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("one", "w");
        await OneLeg("two", "w");
        (await Admin.Events(Sms("a", "one", 20))).Only.ShouldBe("accepted");
        (await Available("w")).ShouldBe("0.00");
        (await Admin.Events(Sms("b", "two"))).Only.ShouldBe("insufficient_funds");
        (await Correct("c", "a", "retract")).Expect(200);
        if (killed) await Place.KillAndStart();
        (await Available("w")).ShouldBe("1.00");
        // The other subscription gets it through the wallet.
        (await Admin.Events(Sms("b", "two", 20))).Only.ShouldBe("accepted");
        (await Available("w")).ShouldBe("0.00");
        (await Admin.Events(Sms("d", "one"))).Only.ShouldBe("insufficient_funds");
        (await Scene.Usage("subscriptions", "one")).ShouldBe(("0", "0.00"));
    }

    [Fact]
    public async Task an_amendment_upwards_needs_cover()
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("one", "w");
        await Admin.Events(Sms("a", "one", 10));
        var refused = (await Correct("c", "a", "amend", "21")).Refused(409, "insufficient_funds");
        refused.Json.Text("limiting_level").ShouldBe($"partner:{Scene.Id("reseller")}");
        (await Available("w")).ShouldBe("0.50");
        (await Correct("c", "a", "amend", "20")).Expect(200);
        (await Available("w")).ShouldBe("0.00");
        (await Correct("d", "a", "amend", "4")).Expect(200);
        (await Available("w")).ShouldBe("0.80");
    }

    [Fact]
    public async Task an_amendment_that_the_wallet_above_does_not_cover_names_it()
    {
        await Wallet("own", "alfa", "100");
        await Wallet("up", "reseller", "0.35");
        await TwoLegs("one", "own", "up");
        await Admin.Events(Sms("a", "one", 10));
        (await Correct("c", "a", "amend", "11")).Refused(409, "upstream_credit").Json.Text("limiting_level").ShouldBe($"partner:{Scene.Id("reseller")}");
        (await Available("own"), await Available("up")).ShouldBe(("99.50", "0.00"));
        (await Correct("d", "a", "retract")).Expect(200);
        (await Available("own"), await Available("up")).ShouldBe(("100.00", "0.35"));
    }

    [Fact]
    public async Task a_captured_hold_is_retracted_by_its_id_and_the_time_of_its_use()
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("one", "w");
        (await TryHold("one", "h", "20")).Expect(200);
        (await Admin.Post(Hold("one", "/h/capture"), new { quantity = "20", used_at = Scene.At("05-12T12:00") })).Expect(200);
        (await Available("w")).ShouldBe("0.00");
        (await Correct("c", "h", "retract", source: "urn:billing:hold", time: "05-12T12:00")).Expect(200);
        (await Available("w")).ShouldBe("1.00");
        (await Admin.Get(Hold("one", "/h"))).Json.Text("state").ShouldBe("captured");
    }

    Task<Answer> Correct(string id, string eventId, string action, string? quantity = null, string source = "/scenarios", string time = "05-12T11:00") =>
        Admin.TryPost("/v1/corrections", CorrectionBodies.Of(Scene, id, eventId, action, quantity, time, "one", source));
}
