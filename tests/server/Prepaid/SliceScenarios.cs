// Spending from wallets: RTPE-01 and 09, PORT-10 and 11, and what is refused.
namespace OrleansBilling.Server.Tests.Prepaid;

public sealed class SlicesOnSqlite(OnSqlite place) : SliceScenarios(place), IClassFixture<OnSqlite>;

public sealed class SlicesOnPostgres(OnPostgres place) : SliceScenarios(place), IClassFixture<OnPostgres>;

public abstract class SliceScenarios(ServerPlace place) : PrepaidScenario(place)
{
    [Fact]
    public async Task RTPE_01_five_of_twenty_are_paid_for_one_by_one_or_in_a_batch()
    {
        await Scene.Plan("dear", Charge.Sms("0.20"));
        await Wallet("w", "reseller", "1");
        await OneLeg("single", "w", "dear");
        var answers = new List<string>();
        for (var n = 0; n < 20; n++) answers.Add((await Admin.Single(Sms($"{n}", "single"))).Only);
        answers.ShouldBe([.. Enumerable.Repeat("accepted", 5), .. Enumerable.Repeat("insufficient_funds", 15)]);
        await Wallet("v", "reseller", "1");
        await OneLeg("batch", "v", "dear");
        var batch = await Admin.Batch(Enumerable.Range(0, 20).Select(n => Sms($"{n}", "batch")));
        batch.Counts.ShouldBe((5, 0, 0, 15));
        batch.Results.ShouldAllBe(one => one.Code == "insufficient_funds");
        (await Available("w"), await Available("v")).ShouldBe(("0.00", "0.00"));
    }

    [Fact]
    public async Task a_message_is_taken_whole_or_not_at_all_and_a_smaller_one_behind_it_still_fits()
    {
        await Wallet("w", "reseller", "0.12");
        await OneLeg("sub", "w");
        var answer = await Admin.Batch(Sms("big", "sub", 3), Sms("small", "sub", 2), Sms("none", "sub"));
        answer.Counts.ShouldBe((1, 0, 0, 2));
        answer.Results.Select(one => one.Id).ShouldBe(["big", "none"]);
        (await Available("w")).ShouldBe("0.02");
    }

    [Fact]
    public async Task a_plan_with_a_minimum_is_not_sold_on_a_leg_that_a_wallet_pays()
    {
        object Least(string minimum) => new { id = "sms", kind = "usage", meter = "sms.mt.segment", unit_price = "0.05", minimum };
        await Scene.Plan("least", Least("8.00"));
        await Wallet("w", "reseller", "10");
        object Prepaid(string plan) => new
        {
            customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id(plan) } },
            funding = new { mode = "prepaid", wallet = Scene.Id("w") },
        };
        var refused = await Admin.TryPut($"/v1/subscriptions/{Scene.Id("sub")}", Prepaid("least"));
        refused.Refused(400, "invalid_request").Fields.ShouldBe(["legs[0].plan"]);
        refused.Body.ShouldContain("minimums are refused where a wallet pays");
        await OneLeg("sub", "w");
        (await Admin.TryPost($"/v1/subscriptions/{Scene.Id("sub")}/change_plan", new { id = "up", plan = Scene.Id("least") })).Refused(400, "invalid_request")
            .Fields.ShouldBe(["plan"]);
        // On the other leg of the same subscription, which is invoiced, it may be.
        await Admin.Put($"/v1/subscriptions/{Scene.Id("two")}", new
        {
            customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"),
            legs = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("cost") }, new { agreement = Scene.Id("retail"), plan = Scene.Id("least") } },
            funding = new { mode = "prepaid", wallet = Scene.Id("w") },
        });
    }

    [Fact]
    public async Task a_refused_event_may_come_again_when_there_is_money()
    {
        await Wallet("w", "reseller", "0.04");
        await OneLeg("sub", "w");
        (await Admin.Events(Sms("1", "sub"))).Only.ShouldBe("insufficient_funds");
        await Admin.Post($"/v1/wallets/{Scene.Id("w")}/top_up", new { amount = "0.06", reference = "more" });
        (await Admin.Events(Sms("1", "sub"))).Only.ShouldBe("accepted");
        (await Admin.Events(Sms("1", "sub"))).Only.ShouldBe("duplicate");
        (await Available("w")).ShouldBe("0.05");
    }

    [Fact]
    public async Task RTPE_09_what_others_hold_is_recalled_before_anybody_is_refused()
    {
        await Wallet("w", "reseller", "1000", sliceMax: "20");
        for (var n = 0; n < 16; n++)
        {
            await OneLeg($"s{n}", "w");
            (await Admin.Events(Sms("1", $"s{n}"))).Only.ShouldBe("accepted");
        }

        (await Available("w", exact: false)).ShouldBe("680.00");
        await Place.KillAndStart();
        (await Available("w", exact: false), await Available("w")).ShouldBe(("680.00", "999.20"));
        await OneLeg("late", "w");
        (await TryHold("late", "h", "19984")).Expect(200).Json.Amount("held").ShouldBe("999.20");
        (await Available("w"), await Available("w", exact: false)).ShouldBe(("0.00", "0.00"));
        (await Admin.Events(Sms("2", "s0"))).Only.ShouldBe("insufficient_funds");
    }

    [Fact]
    public async Task PORT_10_reseller_and_customer_each_pay_their_own_price_for_the_same_event()
    {
        await Wallet("of-reseller", "reseller", "0", limit: "100");
        await Wallet("of-customer", "alfa", "100");
        await TwoLegs("sub", "of-customer", "of-reseller");
        (await Admin.Events(Enumerable.Range(0, 1_200).Select(n => Sms($"{n}", "sub")))).Accepted.ShouldBe(1_200);
        (await Available("of-reseller"), await Available("of-customer")).ShouldBe(("58.00", "40.00"));
        var legs = (await Admin.Get($"/v1/subscriptions/{Scene.Id("sub")}/usage")).Json.List("meters").Single().List("legs").ToList();
        legs.Select(leg => (leg.Text("agreement"), leg.Amount())).Order().ShouldBe(
            [(Scene.Id("retail"), "60.00"), (Scene.Id("wholesale"), "42.00")]);
    }

    [Fact]
    public async Task PORT_11_a_reseller_at_its_limit_stops_its_customer_and_takes_nothing()
    {
        await Wallet("of-reseller", "reseller", "0", limit: "100");
        await Wallet("of-customer", "alfa", "50");
        await Scene.Plan("debt", Charge.Sms("99.98"));
        await OneLeg("before", "of-reseller", "debt");
        (await Admin.Events(Sms("owes", "before"))).Only.ShouldBe("accepted");
        await TwoLegs("sub", "of-customer", "of-reseller");
        (await Available("of-reseller")).ShouldBe("0.02", "99.98 of 100.00 are owed");
        var answer = await Admin.Events(Sms("1", "sub"));
        answer.Only.ShouldBe("upstream_credit");
        (await TryHold("sub", "h", "1")).Refused(409, "upstream_credit").Json.Text("limiting_level").ShouldBe($"partner:{Scene.Id("reseller")}");
        foreach (var (wallet, available) in new[] { ("of-customer", "50.00"), ("of-reseller", "0.02") })
        {
            var balance = (await Admin.Get($"/v1/wallets/{Scene.Id(wallet)}/balance?consistency=exact")).Json;
            (balance.Amount("available"), balance.Amount("held")).ShouldBe((available, "0.00"), wallet);
        }
        (await Scene.Usage("subscriptions", "sub")).Quantity.ShouldBe("0");
    }

    [Fact]
    public async Task a_wallet_of_somebody_else_or_in_another_currency_cannot_pay()
    {
        await Wallet("of-customer", "alfa", "1");
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("sub")}", new
        {
            customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("cost") } },
            funding = new { mode = "prepaid", wallet = Scene.Id("of-customer") },
        })).Refused(400, "invalid_request").Fields.ShouldBe(["funding.wallet"]);
    }

    [Fact]
    public async Task who_pays_may_change_and_what_was_used_stays_paid()
    {
        await Wallet("w", "reseller", "0.10");
        await OneLeg("sub", "w");
        (await Admin.Events(Sms("1", "sub"), Sms("2", "sub"), Sms("3", "sub"))).Counts.ShouldBe((2, 0, 0, 1));
        await Scene.Subscribe("sub", "alfa", "05-01", ("wholesale", "price"));
        (await Admin.Events(Sms("3", "sub"), Sms("2", "sub"))).Counts.ShouldBe((1, 1, 0, 0));
        (await Scene.Usage("subscriptions", "sub")).ShouldBe(("3", "0.15"));
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        invoice.LineAmounts().ShouldBe(["0.15"]);
        (invoice.Amount("prepaid"), invoice.Amount("total"), invoice.Amount("outstanding")).ShouldBe(("0.10", "0.19", "0.09"));
    }

    [Fact]
    public async Task prepaid_usage_stands_on_the_invoice_and_only_its_tax_is_left_to_pay()
    {
        await Wallet("w", "reseller", "10");
        await OneLeg("sub", "w");
        (await Admin.Events(Enumerable.Range(0, 100).Select(n => Sms($"{n}", "sub")))).Accepted.ShouldBe(100);
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        (invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("prepaid"), invoice.Amount("outstanding")).ShouldBe(("5.00", "1.28", "5.00", "1.28"));
        invoice.List("lines").Single().Amount("prepaid").ShouldBe("5.00");
    }

}
