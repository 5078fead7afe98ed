// Every price model on one statement: preview, statement and verify say the same (domain 3.3, 0.3 rule 16).
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class PriceModelsOnSqlite(OnSqlite place) : PriceModels(place), IClassFixture<OnSqlite>;

public sealed class PriceModelsOnPostgres(OnPostgres place) : PriceModels(place), IClassFixture<OnPostgres>;

public abstract class PriceModels(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    static readonly object[] Tiers =
    [
        new { up_to = "1000", unit_price = "0.04", flat_price = "5" }, new { up_to = "5000", unit_price = "0.03", flat_price = "10" }, new { unit_price = "0.02" },
    ];

    // What each meter is sold by, and what is used of it; the amounts are worked out by hand.
    static readonly (string Meter, object Price, int[] Used, string[] Amounts)[] Sold =
    [
        ("graduated", new { model = "graduated", tiers = Tiers }, [900, 300], ["56.00", "5.00"]), // 40 + 6 + 10, and the base price
        ("volume", new { model = "volume", tiers = Tiers }, [900, 300], ["41.00", "5.00"]), // 1,200 at 0.03, + 10 − 5
        ("package", new { model = "package", unit_price = "3", package_size = "100", free_units = "50" }, [40, 30, 90], ["6.00"]),
        ("flat", new { model = "flat", unit_price = "7.50" }, [1, 2, 3], ["7.50"]),
        ("percentage", new { model = "percentage", percent = "2.5", fixed_fee = "0.10", minimum_per_event = "0.50", maximum_per_event = "20" },
            [100, 1, 10_000], ["23.10"]),
        ("capped", new { model = "per_unit", unit_price = "0.05", maximum = "30" }, [500, 200], ["30.00"]),
        ("least", new { model = "per_unit", unit_price = "0.05", minimum = "50" }, [100], ["5.00", "45.00"]),
        ("unused", new { model = "per_unit", unit_price = "0.05", minimum = "12.34" }, [], ["12.34"]),
        ("plus", new { model = "cost_plus", percent = "20" }, [100], ["1.20"]),
    ];

    [Fact]
    public async Task each_model_comes_out_to_the_cent_on_preview_and_statement()
    {
        foreach (var sold in Sold) await Admin.Put($"/v1/meters/{Scene.Id(sold.Meter)}", new { unit = "unit" });
        await Scene.Plan("unit-cost", [.. Sold.Select(sold => Charged(sold.Meter, new { model = "per_unit", unit_price = "0.01" }))]);
        await Scene.Plan("models", [.. Sold.Select(sold => Charged(sold.Meter, sold.Price))]);
        await Scene.Subscribe("all", "alfa", "05-01", ("retail", "models"), ("wholesale", "unit-cost"));
        var events = Sold.SelectMany(sold => sold.Used.Select((quantity, n) => Scene.Sms($"{sold.Meter}-{n}", "all", "05-12T10:00", quantity, type: Scene.Id(sold.Meter)))).ToList();
        (await Admin.Events(events)).Accepted.ShouldBe(events.Count);

        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("alfa") })).Json.List("documents").Single();
        await Scene.Clock("06-01T00:10");
        var statement = await Scene.TheDocument("alfa", "statement");
        foreach (var sold in Sold)
            statement.List("lines").Where(line => line.Text("charge") == sold.Meter).OrderByDescending(line => line.Text("kind"), StringComparer.Ordinal)
                .Select(line => line.Amount()).ShouldBe(sold.Amounts, sold.Meter);
        (statement.Amount("net"), preview.Amount("net")).ShouldBe(("237.14", "237.14"));
        preview.LineAmounts().ShouldBe(statement.LineAmounts());
        await Verified();
    }

    [Fact]
    public async Task a_volume_price_gives_back_to_the_wallet_what_the_units_before_cost_more()
    {
        await Scene.Plan("bulk", Charged("sms.mt.segment", new { model = "volume", tiers = new object[] { new { up_to = "1000", unit_price = "0.04" }, new { unit_price = "0.03" } } }));
        await Wallet("money", "reseller", "100");
        await OneLeg("prepaid", "money", "bulk");
        (await Admin.Events(Sms("a", "prepaid", 1000))).Only.ShouldBe("accepted");
        (await Available("money")).ShouldBe("60.00");
        (await Admin.Events(Sms("b", "prepaid", 1))).Only.ShouldBe("accepted");
        (await Available("money")).ShouldBe("69.97");
        (await Admin.Events(Sms("c", "prepaid", 3000))).Only.ShouldBe("insufficient_funds");
        await Place.KillAndStart();
        (await Available("money")).ShouldBe("69.97");
        await Scene.Clock("06-01T00:10");
        var line = (await Scene.TheDocument("reseller")).List("lines").ShouldHaveSingleItem();
        (line.Text("quantity"), line.Amount(), line.GetProperty("prepaid").Text("amount")).ShouldBe(("1001", "30.03", "30.03"));
        await Verified();
    }

    JsonObject Charged(string meter, object price)
    {
        var charge = JsonSerializer.SerializeToNode(price)!.AsObject();
        (charge["id"], charge["kind"], charge["meter"]) = (meter, "usage", meter.Contains('.') ? meter : Scene.Id(meter));
        return charge;
    }

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
