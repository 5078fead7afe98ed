// Two-phase use over HTTP: RTPE-03, 04, 05 and 07 of the domain, and what a gateway may do wrong.
namespace OrleansBilling.Server.Tests.Prepaid;

public sealed class HoldsOnSqlite(OnSqlite place) : HoldScenarios(place), IClassFixture<OnSqlite>;

public sealed class HoldsOnPostgres(OnPostgres place) : HoldScenarios(place), IClassFixture<OnPostgres>;

public abstract class HoldScenarios(ServerPlace place) : PrepaidScenario(place)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RTPE_03_and_04_a_captured_part_is_spent_once_and_the_rest_is_back(bool killed)
    {
        await Scene.Plan("cheap", Charge.Sms("0.0441"));
        await Wallet("w", "reseller", "10");
        await OneLeg("sub", "w", "cheap");
        var held = (await TryHold("sub", "h", "102")).Expect(200).Json;
        (held.Text("state"), held.Amount("held"), await Available("w")).ShouldBe(("held", "4.4982", "5.5018"));
        (await TryHold("sub", "h", "102")).Expect(200).Json.Text("state").ShouldBe("held");
        (await TryHold("sub", "h", "101")).Refused(409, "conflict");
        (await Admin.Post(Hold("sub", "/h/capture"), new { quantity = "100" })).Json.Text("state").ShouldBe("captured");
        if (killed) await Place.KillAndStart();
        var again = (await Admin.Post(Hold("sub", "/h/capture"), new { quantity = "100" })).Json;
        (again.Text("state"), again.Amount("captured"), await Available("w")).ShouldBe(("captured", "4.41", "5.59"));
        (await Admin.TryPost(Hold("sub", "/h/capture"), new { quantity = "99" })).Refused(409, "conflict");
        (await Admin.TryPost(Hold("sub", "/h/release"))).Refused(409, "conflict");
        (await Scene.Usage("subscriptions", "sub")).ShouldBe(("100", "4.41"));
    }

    [Fact]
    public async Task RTPE_03_of_a_hold_of_4_50_a_capture_of_4_41_is_spent_and_0_09_is_back()
    {
        await Hundred();
        var captured = (await Admin.Post(Hold("sub", "/h/capture"), new { quantity = "98" })).Json;
        (captured.Text("state"), captured.Amount("captured"), await Available("w"), await Posted()).ShouldBe(("captured", "4.41", "5.59", "5.59"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RTPE_04_a_capture_whose_answer_was_lost_is_the_same_answer_and_one_debit(bool killed)
    {
        await Hundred();
        // Who asked has gone before it was answered.
        var lost = await Admin.TryPost(Hold("sub", "/h/capture"), new { quantity = "98" }, "c-1" + Scene.Id("sub"));
        if (killed) await Place.KillAndStart();
        var again = await Admin.TryPost(Hold("sub", "/h/capture"), new { quantity = "98" }, "c-1" + Scene.Id("sub"));
        (again.Status, again.Json.Text("state"), again.Json.Amount("captured")).ShouldBe((200, "captured", "4.41"));
        again.Body.ShouldBe(lost.Body);
        (await Admin.Post(Hold("sub", "/h/capture"), new { quantity = "98" })).Json.Amount("captured").ShouldBe("4.41");
        (await Available("w"), await Posted(), (await Scene.Usage("subscriptions", "sub"))).ShouldBe(("5.59", "5.59", ("98", "4.41")));
    }

    [Fact]
    public async Task RTPE_05_two_gateways_that_ask_at_once_for_more_than_there_is_do_not_both_get_it()
    {
        await Wallet("w", "reseller", "10");
        await OneLeg("one", "w");
        await OneLeg("two", "w");
        var answers = await Task.WhenAll(TryHold("one", "h", "120"), TryHold("two", "h", "120"));
        answers.Select(answer => answer.Status).Order().ShouldBe([200, 409]);
        var refused = answers.Single(answer => answer.Status == 409);
        (refused.Code, refused.Json.Text("limiting_level")).ShouldBe(("insufficient_funds", $"partner:{Scene.Id("reseller")}"));
        (await Available("w")).ShouldBe("4.00");
        var loser = answers[0].Status == 409 ? "one" : "two";
        var part = (await TryHold(loser, "part", "120", partial: true, step: "3")).Expect(200).Json;
        (part.Text("quantity"), part.Amount("held"), await Available("w")).ShouldBe(("78", "3.90", "0.10"));
    }

    [Fact]
    public async Task RTPE_07_an_expired_hold_is_captured_late_with_proof_only()
    {
        await Wallet("w", "reseller", "20");
        await OneLeg("sub", "w");
        (await TryHold("sub", "h", "64", seconds: 30)).Expect(200);
        (await Available("w")).ShouldBe("16.80");
        await Scene.Clock("05-12T12:00:41");
        (await Available("w")).ShouldBe("20.00");
        (await Admin.Get(Hold("sub", "/h"))).Json.Text("state").ShouldBe("expired");
        (await Admin.TryPost(Hold("sub", "/h/capture"), new { quantity = "64" })).Refused(409, "hold_expired");
        var late = (await Admin.Post(Hold("sub", "/h/capture"), new { quantity = "64", used_at = Scene.At("05-12T12:00:12") })).Json;
        (late.Text("state"), late.Amount("captured"), await Available("w")).ShouldBe(("late_captured", "3.20", "16.80"));
    }

    [Fact]
    public async Task a_released_hold_gives_back_and_an_unknown_one_is_404()
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("sub", "w");
        (await TryHold("sub", "h", "20")).Expect(200);
        (await Available("w")).ShouldBe("0.00");
        (await Admin.Events(Sms("1", "sub"))).Only.ShouldBe("insufficient_funds");
        (await Admin.Post(Hold("sub", "/h/release"))).Json.Text("state").ShouldBe("released");
        (await Admin.Post(Hold("sub", "/h/release"))).Json.Text("state").ShouldBe("released");
        (await Available("w")).ShouldBe("1.00");
        (await Admin.TryPost(Hold("sub", "/h/capture"), new { quantity = "1" })).Refused(409, "conflict");
        (await Admin.TryPost(Hold("sub", "/none/release"))).Refused(404, "not_found");
        (await Admin.TryGet(Hold("none", "/h"))).Refused(404, "not_found");
    }

    [Theory]
    [InlineData("id", "\"\"")]
    [InlineData("meter", "\"a b\"")]
    [InlineData("quantity", "\"0\"")]
    [InlineData("quantity", "\"-1\"")]
    [InlineData("step", "\"0\"")]
    [InlineData("expires_in_seconds", "0")]
    [InlineData("expires_in_seconds", "86401")]
    public async Task bad_input_names_its_field(string field, string value)
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("sub", "w");
        var members = new Dictionary<string, string> { ["id"] = "\"h\"", ["meter"] = "\"sms.mt.segment\"", [field] = value };
        var answer = await Admin.TryPost(Hold("sub"), "{" + string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}")) + "}");
        answer.Refused(400, "invalid_request").Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task a_hold_is_refused_for_the_same_reasons_as_an_event()
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("sub", "w");
        (await Admin.TryPost(Hold("sub"), new { id = "h", meter = "nothing" })).Refused(409, "unknown_meter");
        await Admin.Put("/v1/meters/free", new { unit = "thing" });
        (await Admin.TryPost(Hold("sub"), new { id = "h", meter = "free" })).Refused(409, "no_price");
    }


    // 4.50 held of 10.00.
    async Task Hundred()
    {
        await Scene.Plan("rate", Charge.Sms("0.045"));
        await Wallet("w", "reseller", "10");
        await OneLeg("sub", "w", "rate");
        (await TryHold("sub", "h", "100")).Expect(200).Json.Amount("held").ShouldBe("4.50");
        (await Available("w"), await Posted()).ShouldBe(("5.50", "10.00"));
    }

    async Task<string> Posted() => (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance?consistency=exact")).Json.Amount("posted");
}
