// Products: which legs follow, who may sell them, what is wrong with one.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Catalogue;

public sealed class ProductTests
{
    private static readonly Product Recording = new()
    {
        ManagedBy = "operator", SharedWith = ["r"], Multiple = true, Plans = new ProductPlans { Account = "account", Reseller = "reseller" },
    };

    [Theory]
    [InlineData(null, null, "op-r reseller, r-s reseller, s-c account")]
    [InlineData("own", null, "op-r reseller, r-s reseller, s-c own")]
    [InlineData(null, "dearer", "op-r reseller, r-s dearer, s-c account")]
    public void each_level_has_a_leg_by_the_sellers_own_price_or_the_products_plan(string? lowest, string? middle, string legs) =>
        Legs(Recording, lowest is null ? null : new ProductPrice { Account = lowest }, middle is null ? null : new ProductPrice { Reseller = middle })
            .ShouldBe(legs);

    [Fact]
    public void a_level_without_a_plan_has_no_leg()
    {
        Legs(Recording with { Plans = new ProductPlans { Account = "account" } }, null, null).ShouldBe("s-c account");
        Legs(Recording with { Plans = new ProductPlans { Reseller = "reseller" } }, null, null).ShouldBe("op-r reseller, r-s reseller");
        Legs(Recording with { Plans = new ProductPlans() }, null, null).ShouldBe("product: \"recording\" bills nobody here: it has no plan for any level");
    }

    [Fact]
    public void a_pair_without_an_agreement_or_with_two_is_refused_by_name()
    {
        var none = new SellingLevel("r", "c", true, [], null);
        ProductRules.Legs("recording", Recording, [none]).Errors.ToString().ShouldBe("product: there is no agreement by which \"c\" buys from \"r\"");
        ProductRules.Legs("recording", Recording, [none with { Agreements = ["a", "b"] }]).Errors.ToString()
            .ShouldBe("product: \"c\" buys from \"r\" by several agreements (a, b): name the legs");
        // Who is not billed needs none.
        ProductRules.Legs("recording", Recording with { Plans = new ProductPlans { Reseller = "x" } }, [none, new("op", "r", false, ["op-r"], null)]).Errors
            .IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("operator", "r", "r", true)]
    [InlineData("operator", "r", "s,r", true)] // shared with the partner above
    [InlineData("operator", "s", "r", false)] // but not with the one below
    [InlineData("r", "", "r", true)]
    [InlineData("r", "", "s,r", false)] // managed by the partner above, and not shared
    [InlineData("r", "s", "s,r", true)]
    [InlineData("r", "", "other", false)]
    public void who_manages_it_sells_it_and_whom_it_is_shared_with_and_all_below_these(string managedBy, string sharedWith, string chain, bool may) =>
        ProductRules.MaySell(Recording with { ManagedBy = managedBy, SharedWith = sharedWith.Split(',', StringSplitOptions.RemoveEmptyEntries) }, chain.Split(','))
            .ShouldBe(may);

    [Fact]
    public void what_is_wrong_with_one_is_said_by_field()
    {
        ProductRules.Check(Recording).IsEmpty.ShouldBeTrue();
        ProductRules.Check(Recording with { ManagedBy = "a b", SharedWith = ["r", ""], Plans = new ProductPlans() }).Select(one => one.Key).Order()
            .ShouldBe(["managed_by", "plans", "shared_with[1]"]);
        ProductRules.Check(new ProductPrice()).Select(one => one.Key).ShouldBe(["account"]);
        ReplacementRules.Check(Recording, Recording with { ManagedBy = "r", Multiple = false, SharedWith = [] }).Select(one => one.Key).Order().ShouldBe(["managed_by", "multiple"]);
    }

    [Fact]
    public void parents_stay_and_so_do_managers_of_plans()
    {
        var partner = new Partner { Name = "r", Country = "IE", Currency = "EUR", Parent = "top" };
        ReplacementRules.Check(partner, partner with { Parent = null, Name = "R" }).Select(one => one.Key).ShouldBe(["parent"]);
        var plan = new Plan { Name = "p", Currency = "EUR", ManagedBy = "r" };
        ReplacementRules.Check(plan, plan with { ManagedBy = null }).Select(one => one.Key).ShouldBe(["managed_by"]);
    }

    [Fact]
    public void partners_stand_so_deep_and_no_deeper()
    {
        var known = new KnownDefinitions();
        Partner At(int depth) => new() { Name = "p", Country = "IE", Currency = "EUR", Parent = depth == 0 ? null : $"p{depth - 1}" };
        for (var depth = 0; depth < 40; depth++) known.Add(DefinitionKinds.Partner, $"p{depth}", At(depth));
        References.Check(At(15), known).IsEmpty.ShouldBeTrue();
        References.Check(At(16), known).Select(one => one.Key).ShouldBe(["parent"]);
    }

    private static string Legs(Product product, ProductPrice? lowest, ProductPrice? middle)
    {
        var (legs, errors) = ProductRules.Legs("recording", product,
            [new("op", "r", false, ["op-r"], null), new("r", "s", false, ["r-s"], middle), new("s", "c", true, ["s-c"], lowest)]);
        return errors.IsEmpty ? string.Join(", ", legs.Select(leg => $"{leg.Agreement} {leg.Plan}")) : errors.ToString();
    }
}
