// Coupons: once, for some periods, a percentage, an amount, on a subscription or an agreement; lines of their own, never below zero.
namespace OrleansBilling.Server.Tests.Billing;

public sealed class CouponsOnSqlite(OnSqlite place) : Coupons(place), IClassFixture<OnSqlite>;

public sealed class CouponsOnPostgres(OnPostgres place) : Coupons(place), IClassFixture<OnPostgres>;

public abstract class Coupons(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task coupons_are_lines_of_their_own_for_the_periods_that_they_count_for()
    {
        await Reseller();
        await Coupon("half", new { percent = "50", periods = 2, applies_to = "fees", description = "Half the fee for two months" });
        await Coupon("welcome", new { amount = "20.00", currency = "EUR", periods = 1 });
        await Coupon("partner", new { percent = "2.5" });
        await Agreed(("partner", "05-01"));
        await Subscribe("one", ("half", "05-10"), ("welcome", "05-10"));
        await Subscribe("two");
        (await Admin.Events(Scene.Sms("a", "one", "05-12T10:00", 111), Scene.Sms("b", "two", "05-12T10:00", 1_000))).Accepted.ShouldBe(2);
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("reseller") })).Json.List("documents").Single();
        await Scene.Clock("06-01T00:10");
        var may = await Scene.TheDocument("reseller");
        // 25.00 + 111 × 0.0333 (3.70) = 28.70: 2.5 % 0.7175 → 0.72; half of the fee 12.50; the rest of 20.00 would be more than the 15.48 left.
        Lines(may, "one").ShouldBe(["25.00", "3.70", "-12.50 Half the fee for two months", "-0.72 Discount 2.5 %", "-15.48 Discount"], ignoreOrder: true);
        Lines(may, "two").ShouldBe(["25.00", "33.30", "-1.46 Discount 2.5 %"], ignoreOrder: true); // 1.4575
        (may.Amount("net"), preview.Amount("net")).ShouldBe(("56.84", "56.84"));

        // Late usage of May is discounted as May was; June has the second half, and no welcome.
        (await Admin.Events(Scene.Sms("late", "one", "05-20T10:00", 300))).Accepted.ShouldBe(1);
        await Scene.Clock("07-01T00:10");
        var june = await Scene.Document((await Scene.Documents("reseller"))[1]);
        Lines(june, "one").ShouldBe(["25.00", "-12.50 Half the fee for two months", "-0.63 Discount 2.5 %", "9.99", "-0.25 late usage May " + Scene.Year + ": Discount 2.5 %"], ignoreOrder: true);
        await Scene.Clock("08-01T00:10");
        Lines(await Scene.Document((await Scene.Documents("reseller"))[2]), "one").ShouldBe(["25.00", "-0.63 Discount 2.5 %"], ignoreOrder: true);
        await Verified();
    }

    [Fact]
    public async Task what_a_coupon_takes_off_never_changes_and_where_it_counts_is_clear()
    {
        await Reseller();
        await Coupon("ten", new { percent = "10" });
        (await Admin.TryPut($"/v1/coupons/{Scene.Id("ten")}", new { percent = "10", description = "Ten" })).Expect(200);
        (await Admin.TryPut($"/v1/coupons/{Scene.Id("ten")}", new { percent = "11" })).Refused(409, "conflict").Fields.ShouldBe(["percent"]);
        (await Admin.TryPut($"/v1/coupons/{Scene.Id("bad")}", new { percent = "0", amount = "1", periods = 0 })).Refused(400, "invalid_request").Fields
            .ShouldBe(["percent", "currency", "periods"]);
        await Coupon("crowns", new { amount = "10", currency = "SEK" });
        (await TrySubscribe("s", ("crowns", "05-10"))).Refused(400, "invalid_request").Fields.ShouldBe(["coupons[0].coupon"]);
        (await TrySubscribe("s", ("none", "05-10"))).Refused(400, "invalid_request").Fields.ShouldBe(["coupons[0].coupon"]);
        (await TrySubscribe("s", ("ten", "05-10"), ("ten", "06-10"))).Refused(400, "invalid_request").Fields.ShouldBe(["coupons[1].coupon"]);
        (await TryAgree(("crowns", "05-01"))).Refused(400, "invalid_request").Fields.ShouldBe(["coupons[0].coupon"]);
        var reseller = await KeyOf("reseller", "billing:read", "billing:write");
        (await reseller.TryGet($"/v1/coupons/{Scene.Id("ten")}")).Refused(404, "not_found");
        (await reseller.TryPut($"/v1/coupons/{Scene.Id("own")}", new { percent = "100" })).Refused(403, "insufficient_scope");
    }

    async Task Reseller()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Scene.Customer("alfa", "reseller");
        await Scene.Plan("plan", Charge.Monthly("25.00"), Charge.Sms("0.0333"));
        await Scene.Clock("05-15");
    }

    Task Coupon(string id, object body) => Admin.Put($"/v1/coupons/{Scene.Id(id)}", body);

    async Task Agreed(params (string Coupon, string From)[] coupons) => (await TryAgree(coupons)).Expect(200);

    async Task<Answer> TryAgree(params (string Coupon, string From)[] coupons) => await Admin.TryPut($"/v1/agreements/{Scene.Id("wholesale")}", new
    {
        kind = "wholesale", seller = Scene.Id("operator"), buyer = Scene.Id("reseller"), calendar = await Scene.Calendar(), tax = new { category = "S", rate = "25.5" },
        coupons = Redeemed(coupons),
    });

    async Task Subscribe(string id, params (string Coupon, string From)[] coupons) => (await TrySubscribe(id, coupons)).Expect(201);

    async Task<Answer> TrySubscribe(string id, params (string Coupon, string From)[] coupons)
    {
        var body = new Dictionary<string, object>
        {
            ["customer"] = Scene.Id("alfa"), ["starts_at"] = Scene.At("05-01"), ["legs"] = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("plan") } },
            ["coupons"] = Redeemed(coupons),
        };
        Scene.EndsLater(id, body);
        return await Admin.TryPut($"/v1/subscriptions/{Scene.Id(id)}", body);
    }

    object[] Redeemed((string Coupon, string From)[] coupons) => [.. coupons.Select(one => new { coupon = Scene.Id(one.Coupon), from = Scene.Date(one.From) })];

    IReadOnlyList<string> Lines(System.Text.Json.JsonElement document, string subscription) => [.. document.List("lines")
        .Where(line => line.Text("subscription") == Scene.Id(subscription))
        .Select(line => line.Text("kind") == "discount" ? $"{line.Amount()} {line.Text("description")}" : line.Amount())];

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
