// Catalogues: which charges are sold and at which prices, level by level (domain 1.4).
using OrleansBilling.Billing.Catalogue;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Catalogue;

public sealed class CatalogueTests
{
    private static readonly PlanVersion Base = new()
    {
        EffectiveFrom = new EffectiveFrom { Date = new(2025, 1, 1) },
        Charges =
        [
            new UsageCharge { Id = "small", Meter = "hour", UnitPrice = 0.05m, Match = new() { ["size"] = "s" }, Service = "compute", Collection = "vm" },
            new UsageCharge { Id = "large", Meter = "hour", Model = "graduated", Match = new() { ["size"] = "l" }, Service = "compute", Collection = "vm",
                Tiers = [new PriceTier { UpTo = 100, UnitPrice = 0.2m, FlatPrice = 1 }, new PriceTier { UnitPrice = 0.1m }] },
            new UsageCharge { Id = "disk", Meter = "gb", UnitPrice = 0.01m, Service = "compute" },
            new RecurringCharge { Id = "support", Price = 30 },
        ],
    };

    [Theory]
    [InlineData("", "small 0.05, large 0.2+1/0.1, disk 0.01, support 30")]
    [InlineData("service compute *0.9", "small 0.045, large 0.18+0.9/0.09, disk 0.009, support 30")]
    [InlineData("service compute *0.9; collection vm *0.5", "small 0.025, large 0.1+0.5/0.05, disk 0.009, support 30", "the closest level, not the product")]
    [InlineData("collection vm *0.5; item small *2", "small 0.1, large 0.1+0.5/0.05, disk 0.01, support 30")]
    [InlineData("service compute *0.9; item small =0.04", "small 0.04, large 0.18+0.9/0.09, disk 0.009, support 30", "a price is not multiplied")]
    [InlineData("item support =0", "small 0.05, large 0.2+1/0.1, disk 0.01, support 0")]
    [InlineData("service compute off", "support 30")]
    [InlineData("service compute off; item small *2", "support 30", "what is off stays off")]
    [InlineData("collection vm off; item disk off", "support 30")]
    public void levels_switch_and_price(string levels, string sold, string why = "")
    {
        var (charges, errors) = CatalogueDecider.Publish(Of(levels), Base);
        errors.ToString().ShouldBe("");
        string.Join(", ", charges.Select(Text)).ShouldBe(sold, why);
    }

    [Theory]
    [InlineData("item tiny *2", "levels.item.tiny: is no item of plan \"base\"")]
    [InlineData("service vm off", "levels.service.vm: is no service of plan \"base\"")]
    [InlineData("item large =2", "levels.item.large.price: is for charges with one price")]
    [InlineData("service compute off; item support off", "levels: leave nothing to sell")]
    public void what_does_not_fit_the_plan_is_refused_by_name(string levels, string error) =>
        CatalogueDecider.Publish(Of(levels), Base).Errors.ToString().ShouldStartWith(error);

    [Fact]
    public void what_is_wrong_with_a_draft_is_named()
    {
        CatalogueDecider.Check(Of("service compute =1; item small *1001; shelf a *1; collection vm *0.12345")).Select(error => error.Key)
            .ShouldBe(["levels.service.compute.price", "levels.item.small.multiplier", "levels.shelf", "levels.collection.vm.multiplier"]);
        var digits = CatalogueDecider.Publish(Of("item disk *0.0001"), Base with { Charges = [new UsageCharge { Id = "disk", Meter = "gb", UnitPrice = 0.0000001m }] });
        PlanVersionRules.Check(Base with { Charges = digits.Charges }).ToString().ShouldContain("unit_price: must have at most 10 digits");
    }

    private static CustomerCatalogue Of(string levels)
    {
        var made = new Dictionary<string, Dictionary<string, CatalogueLevel>>();
        foreach (var entry in levels.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(' ');
            if (!made.TryGetValue(parts[0], out var names)) made[parts[0]] = names = [];
            var number = parts[2] == "off" ? 0 : decimal.Parse(parts[2][1..], System.Globalization.CultureInfo.InvariantCulture);
            names[parts[1]] = parts[2][0] switch
            {
                '*' => new CatalogueLevel { Multiplier = number },
                '=' => new CatalogueLevel { Price = number },
                _ => new CatalogueLevel { Enabled = false },
            };
        }

        return new CustomerCatalogue { Base = "base", Levels = made };
    }

    private static string Text(Charge charge) => charge switch
    {
        RecurringCharge fee => FormattableString.Invariant($"{fee.Id} {fee.Price:0.####}"),
        UsageCharge { Tiers: { } tiers } usage => FormattableString.Invariant($"{usage.Id} {tiers[0].UnitPrice:0.####}+{tiers[0].FlatPrice:0.####}/{tiers[1].UnitPrice:0.####}"),
        UsageCharge usage => FormattableString.Invariant($"{usage.Id} {usage.UnitPrice:0.####}"),
        _ => charge.Id,
    };
}
