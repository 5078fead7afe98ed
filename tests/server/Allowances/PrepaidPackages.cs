// Packages where a wallet pays: their price, their overage, holds on them and corrections of what used them.
namespace OrleansBilling.Server.Tests.Allowances;

public sealed class PrepaidPackagesOnSqlite(OnSqlite place) : PrepaidPackages(place), IClassFixture<OnSqlite>;

public sealed class PrepaidPackagesOnPostgres(OnPostgres place) : PrepaidPackages(place), IClassFixture<OnPostgres>;

public abstract class PrepaidPackages(ServerPlace place) : PackageScenario(place)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_package_is_paid_from_the_wallet_and_so_is_what_it_does_not_cover(bool killed)
    {
        await Wallet("w", "reseller", "10");
        await OneLeg("sub", "w");
        var refused = (await TryGrant("sub", Package("big", "1000", "10.01"))).Refused(409, "insufficient_funds");
        refused.Json.Text("limiting_level").ShouldBe($"partner:{Scene.Id("reseller")}");
        await Grant("sub", Package("p", "100", "9.50", ("on_exhausted", "overage")));
        if (killed) await Place.KillAndStart();
        (await Available("w")).ShouldBe("0.50");
        (await Admin.Events(Sms("a", "sub", 105))).Only.ShouldBe("accepted");
        (await Available("w")).ShouldBe("0.25");
        (await Admin.Events(Sms("b", "sub", 6))).Only.ShouldBe("insufficient_funds");
        (await Scene.Usage("subscriptions", "sub")).ShouldBe(("105", "9.75"));
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        Lines(invoice).ShouldBe(["package | Package of 100 SMS segments | 1 | 9.50 | 9.50", "allowance | SMS segments, from packages | 100 | 0.00 | 0.00",
            "usage | SMS segments | 5 | 0.05 | 0.25"]);
        invoice.Amount("prepaid").ShouldBe("9.75");
    }

    [Fact]
    public async Task a_hold_keeps_units_and_gives_back_what_was_not_used()
    {
        await Client("sub");
        await Grant("sub", Package("p", "100", "0", Retail));
        (await TryHold("sub", "h", "60", seconds: 30)).Expect(200);
        (await Left("sub", "p")).ShouldBe(("0", "60", "40", "active"));
        (await TryHold("sub", "i", "41")).Refused(409, "insufficient_allowance").Json.Text("limiting_level").ShouldBe("subscription:" + Scene.Id("sub"));
        (await Admin.Events(Sms("a", "sub", 41))).Only.ShouldBe("insufficient_allowance");
        (await Admin.Post(Hold("sub", "/h/capture"), new { quantity = "50" })).Json.Text("state").ShouldBe("captured");
        (await Left("sub", "p")).ShouldBe(("50", "0", "50", "active"));
        var part = (await TryHold("sub", "part", "70", partial: true, step: "3")).Expect(200).Json;
        (part.Text("quantity"), part.Text("limiting_level")).ShouldBe(("48", "subscription:" + Scene.Id("sub")));
        (await Admin.Post(Hold("sub", "/part/release"))).Json.Text("state").ShouldBe("released");
        (await TryHold("sub", "late", "50", seconds: 30)).Expect(200);
        await Scene.Clock("05-12T12:00:41");
        (await Left("sub", "p")).ShouldBe(("50", "0", "50", "active"));
        (await Admin.Events(Sms("b", "sub", 20))).Only.ShouldBe("accepted");
        // Used in time and told too late: what the package still has pays, and the rest is priced although it stops.
        (await Admin.Post(Hold("sub", "/late/capture"), new { quantity = "50", used_at = Scene.At("05-12T12:00:12") })).Json.Text("state").ShouldBe("late_captured");
        (await Left("sub", "p")).ShouldBe(("100", "0", "0", "exhausted"));
        await Scene.Clock("06-01T00:10");
        (await Scene.TheDocument("alfa", "statement")).Amount("net").ShouldBe("1.00");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_correction_gives_units_back_and_takes_them_anew(bool killed)
    {
        await Client("sub");
        await Grant("sub", Package("p", "100", "0", Retail, ("on_exhausted", "overage")));
        await Admin.Events(Sms("a", "sub", 80), Sms("b", "sub", 30));
        (await Left("sub", "p")).Used.ShouldBe("100");
        (await Correct("c1", "b", "amend", "25")).Expect(200);
        (await Scene.Usage("subscriptions", "sub")).ShouldBe(("105", "0.25"));
        if (killed) await Place.KillAndStart();
        (await Correct("c2", "a", "retract")).Expect(200);
        (await Left("sub", "p")).ShouldBe(("20", "0", "80", "active"));
        (await Correct("c3", "b", "amend", "40")).Expect(200);
        (await Left("sub", "p")).Used.ShouldBe("40");
        (await Scene.Usage("subscriptions", "sub")).ShouldBe(("40", "0.00"));
        await Scene.Clock("06-01T00:10");
        Lines(await Scene.TheDocument("alfa", "statement")).Where(line => line.StartsWith("allowance", StringComparison.Ordinal))
            .ShouldBe(["allowance | SMS segments, from packages | 40 | 0.00 | 0.00"]);
    }

    Task<Answer> Correct(string id, string eventId, string action, string? quantity = null) => Admin.TryPost("/v1/corrections",
        Corrections.CorrectionBodies.Of(Scene, id, eventId, action, quantity, "05-12T11:00", "sub"));
}
