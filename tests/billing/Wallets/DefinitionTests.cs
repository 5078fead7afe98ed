// A wallet's definition: its rules, what it lies in, what may change.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class DefinitionTests
{
    private static readonly Wallet Euro = new() { Owner = "alfa", Currency = "EUR" };

    [Theory]
    [InlineData("""{"owner":"a b","currency":"EUR"}""", "owner: must be 1 to 64")]
    [InlineData("""{"owner":"alfa"}""", "currency: must be given, or unit")]
    [InlineData("""{"owner":"alfa","currency":"EUR","unit":"message"}""", "currency: must be given, or unit")]
    [InlineData("""{"owner":"alfa","currency":"EURO"}""", "currency: must be an active ISO 4217")]
    [InlineData("""{"owner":"alfa","unit":" "}""", "unit: must not be blank")]
    [InlineData("""{"owner":"alfa","currency":"EUR","credit_limit":"-1"}""", "credit_limit: must not be negative")]
    [InlineData("""{"owner":"alfa","currency":"EUR","slice_max":"0"}""", "slice_max: must be above 0")]
    [InlineData("""{"owner":"alfa","currency":"EUR","parent":""}""", "parent: must be 1 to 64")]
    [InlineData("""{"owner":"alfa","currency":"EUR","daily_limit":"0"}""", "daily_limit: must be above 0")]
    [InlineData("""{"owner":"alfa","currency":"EUR","temporary_limit":{"amount":"-1","until":"2025-05-01T00:00:00Z"}}""", "temporary_limit.amount: must not")]
    [InlineData("""{"owner":"alfa","currency":"EUR","low_water":["5","5"]}""", "low_water[1]: must be above the one before")]
    [InlineData("""{"owner":"alfa","currency":"EUR","low_water":["-5"]}""", "low_water[0]: must not be negative")]
    [InlineData("""{"owner":"alfa","currency":"EUR","low_water":["1","2","3","4","5","6","7","8","9"]}""", "low_water: must be at most 8")]
    [InlineData("""{"owner":"alfa","currency":"EUR","auto_top_up":{"below":"1","amount":"5"}}""", "auto_top_up: is for money")]
    [InlineData("""{"owner":"alfa","currency":"EUR","seller":"s","auto_top_up":{"below":"1","amount":"0"}}""", "auto_top_up.amount: must be above 0")]
    [InlineData("""{"owner":"alfa","currency":"JPY","seller":"s","auto_top_up":{"below":"1","amount":"0.5"}}""", "auto_top_up.amount: must have at most 0 digits")]
    [InlineData("""{"owner":"alfa","currency":"EUR","seller":"s","auto_top_up":{"below":"1","amount":"5","per_day":0}}""", "auto_top_up.per_day: must be 1 to 24")]
    public void each_rule_names_its_field(string json, string message)
    {
        var errors = WalletRules.Check(Definitions.Read<Wallet>(json).Value!).ToString();
        errors.ShouldStartWith(message);
        errors.Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public void money_and_units_are_fine()
    {
        WalletRules.Check(Euro with { CreditLimit = 5, SliceMax = 0.5m, LowWater = [1, 2.5m], Parent = "p" }).ToString().ShouldBe("");
        WalletRules.Check(new Wallet { Owner = "alfa", Unit = "message" }).ToString().ShouldBe("");
    }

    [Fact]
    public void owner_and_parent_must_exist_and_hold_the_same()
    {
        Faults(Euro with { Owner = "nobody", Parent = "none" }).ShouldBe(["owner: no partner or customer \"nobody\"", "parent: no wallet \"none\""]);
        Faults(Euro with { Parent = "euro-1" }).ShouldBeEmpty();
        Faults(Euro with { Parent = "krona" }).ShouldBe(["parent: holds SEK, but this wallet EUR"]);
    }

    [Fact]
    public void four_wallets_lie_inside_one_another_at_most()
    {
        Faults(Euro with { Parent = "euro-3" }).ShouldBeEmpty();
        Faults(Euro with { Parent = "euro-4" }).ShouldBe(["parent: lies in too many wallets: at most 4 lie inside one another"]);
    }

    [Fact]
    public void whose_it_is_what_it_holds_and_where_it_lies_cannot_change()
    {
        var changed = ReplacementRules.Check(Euro with { Parent = "a" }, new Wallet { Owner = "beta", Unit = "message", Parent = "b" });
        changed.Select(error => error.Key).ShouldBe(["owner", "currency", "unit", "parent"]);
        ReplacementRules.Check(Euro, Euro with { CreditLimit = 7, SliceMax = 1, LowWater = [3] }).ShouldBeEmpty();
    }

    [Fact]
    public void money_for_one_product_pays_for_no_other_and_that_of_one_seller_for_nobody_elses_legs()
    {
        Faults(Euro with { Products = ["voice", "none"] }).ShouldBe(["products[1]: no product \"none\""]);
        ReplacementRules.Check(Euro with { Products = ["voice"] }, Euro with { Products = ["data"] }).Select(error => error.Key).ShouldBe(["products"]);
        Faults(Bought("voice", "of-voice")).ShouldBeEmpty();
        Faults(Bought("data", "of-voice")).ShouldBe(["legs[0].wallet: wallet \"of-voice\" is for products voice alone"]);
        Faults(Bought(null, "of-voice")).ShouldBe(["legs[0].wallet: wallet \"of-voice\" is for products voice alone"]);
        Faults(Bought("data", "of-seller")).ShouldBeEmpty();
        Faults(Bought("data", "of-other")).ShouldBe(
            ["legs[0].wallet: the money of wallet \"of-other\" is with \"other\", but \"seller\" is the seller of agreement \"a\""]);
        ReplacementRules.Check(Euro with { Seller = "seller" }, Euro with { Seller = "other" }).Select(error => error.Key).ShouldBe(["seller"]);
        ReplacementRules.Check(Euro, Euro with { Seller = "other" }).ShouldBeEmpty();
        WalletRules.Check(new Wallet { Owner = "alfa", Unit = "message", Seller = "seller" }).Select(error => error.Key).ShouldBe(["seller"]);
    }

    private static Subscription Bought(string? product, string wallet) => new()
    {
        Customer = "alfa", StartsAt = NodaTime.Instant.FromUtc(2025, 5, 1, 0, 0), Product = product,
        Legs = [new Leg { Agreement = "a", Plan = "p", Wallet = wallet }],
    };

    private static string[] Faults(object definition)
    {
        var known = new KnownDefinitions();
        while (References.Missing(definition, known) is { Count: > 0 } missing)
            foreach (var (kind, id) in missing) known.Add(kind, id, Stored(kind, id));
        return References.Check(definition, known).ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static object? Stored(string kind, string id) => (kind, id) switch
    {
        ("customer", "alfa") => new Customer { Name = "Alfa" },
        ("seller", "seller") => new Seller { Name = "S", Country = "FI", Currency = "EUR", TimeZone = "UTC" },
        ("agreement", "a") => new Agreement { Kind = "retail", Seller = "seller", Buyer = "alfa", Calendar = "monthly" },
        ("plan", "p") => new Plan { Name = "P", Currency = "EUR" },
        ("product", "voice") => new Product { ManagedBy = "m", Plans = new ProductPlans() },
        ("wallet", "of-voice") => Euro with { Products = ["voice"] },
        ("wallet", "of-seller") => Euro with { Seller = "seller" },
        ("wallet", "of-other") => Euro with { Seller = "other" },
        ("wallet", "krona") => new Wallet { Owner = "alfa", Currency = "SEK" },
        ("wallet", "euro-1") => Euro,
        ("wallet", "euro-2" or "euro-3" or "euro-4") => Euro with { Parent = $"euro-{id[^1] - '1'}" },
        _ => null,
    };
}
