// Surcharges: parts of their own beside the price, exact under packages, wallets, corrections, delivery reports and replay (domain 4.2).
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Rating;

public sealed class SurchargeTests
{
    private static readonly UsageCharge[] Charges = [World.Price("sms", "0.05"), Added("carrier", "0.0025", "net=1"), Added("carrier", "0.004", "net=1,sender=x", "worse"),
        Added("unregistered", "0.01", "sender=x")];

    [Theory]
    [InlineData("", "sms 10 = 0.5")]
    [InlineData("net=2", "sms 10 = 0.5")]
    [InlineData("net=1", "sms 10 = 0.5 + carrier 10 = 0.025")]
    [InlineData("sender=x", "sms 10 = 0.5 + unregistered 10 = 0.1")]
    [InlineData("net=1,sender=x", "sms 10 = 0.5 + worse 10 = 0.04 + unregistered 10 = 0.1", "of one kind the most specific, of each kind one")]
    public void of_each_kind_the_most_specific_match_is_added(string dimensions, string parts, string why = "") =>
        string.Join(" + ", Priced(new SubscriptionState(), Terms(), dimensions, 10).Parts.Select(part =>
            FormattableString.Invariant($"{part.Rated.Charge.Id} {part.Rated.Quantity:0.##} = {part.Amount:0.####}"))).ShouldBe(parts, why);

    [Fact]
    public void a_surcharge_alone_is_no_price() =>
        Priced(new SubscriptionState(), World.Terms(World.Leg(Added("carrier", "0.01"))), "", 1).Outcome.ShouldBe(UsageOutcome.NoPrice);

    [Fact]
    public void a_surcharge_has_a_total_of_its_own_and_its_event_counts_in_both()
    {
        var world = new PrepaidWorld(Terms());
        world.SendAs("a", 10, 0, "net=1");
        world.SendAs("b", 5, 0, "");
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 2 x 15 = 0.75", "retail surcharge/carrier.1 2025-05 1 x 10 = 0.025"]);
        world.Replayed().Ledger().ShouldBe(world.State.Ledger());
        world.Correct("c", "a", 4).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 4 x 9 = 0.45", "retail surcharge/carrier.1 2025-05 3 x 4 = 0.01"]);
        world.Correct("d", "a").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 5 x 5 = 0.25", "retail surcharge/carrier.1 2025-05 4 x 0 = 0"]);
        world.Replayed().Ledger().ShouldBe(world.State.Ledger());
    }

    [Fact]
    public void a_corrected_price_leaves_the_surcharge_however_often_it_is_corrected()
    {
        var world = new PrepaidWorld(Terms());
        world.SendAs("a", 10, 0, "net=1");
        foreach (var (id, amount) in new[] { ("first", 0.3m), ("second", 0.2m) })
            Price(world, "a", new PriceChange("retail", Amount: amount), id).ShouldBe(CorrectionOutcome.Done);
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 5 x 10 = 0.2", "retail surcharge/carrier.1 2025-05 1 x 10 = 0.025"]);
        world.Replayed().Ledger().ShouldBe(world.State.Ledger());
    }

    [Fact]
    public void a_corrected_price_is_that_of_the_units_that_packages_left_and_not_of_the_surcharge()
    {
        var world = new PrepaidWorld(Terms());
        world.Grant("pack", 6, then: ExhaustedPolicy.Overage);
        world.SendAs("a", 10, 0, "net=1");
        world.SendAs("b", 10, 0, "net=1");
        Price(world, "a", new PriceChange("retail", UnitPrice: 0.01m), "p").ShouldBe(CorrectionOutcome.Done);
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 1 x 6 = 0", "retail sms.1 2025-05 1 x 14 = 0.54", "retail surcharge/carrier.1 2025-05 2 x 20 = 0.05"]);
    }

    [Fact]
    public void packages_cover_the_price_and_not_the_surcharge()
    {
        var world = new PrepaidWorld(Terms());
        world.Grant("pack", 6, then: ExhaustedPolicy.Overage);
        world.SendAs("a", 10, 0, "net=1");
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 1 x 6 = 0", "retail sms.1 2025-05 0 x 4 = 0.2", "retail surcharge/carrier.1 2025-05 1 x 10 = 0.025"]);
    }

    [Fact]
    public void a_purse_pays_price_and_surcharge_or_neither()
    {
        var world = new PrepaidWorld(PrepaidTerms());
        world.Receive("own", 0.52m);
        world.SendAs("a", 10, 0, "net=1").Short!.Missing.ShouldBe(0.005m);
        world.Receive("own", 0.005m);
        world.SendAs("a", 10, 0, "net=1").Outcomes.ShouldBe([UsageOutcome.Accepted]);
        (world.Own.Spent, world.Own.Available).ShouldBe((0.525m, 0m));
        world.Correct("c", "a").Outcome.ShouldBe(CorrectionOutcome.Done);
        (world.Own.Spent, world.Own.Refunded, world.Own.Available).ShouldBe((0m, 0.525m, 0.525m));
    }

    [Fact]
    public void cost_plus_builds_on_price_and_surcharge_of_the_leg_below()
    {
        var legs = new[]
        {
            new LegRater("cost", Agreement("op", "r"), "plan-cost", World.Helsinki, World.Leg(Charges).Plan, id => World.Meters[id]),
            new LegRater("retail", Agreement("r", "c"), "plan", World.Helsinki, World.Leg(new UsageCharge { Id = "plus", Meter = "sms", Model = "cost_plus", Percent = 10 }).Plan,
                id => World.Meters[id]),
        };
        Priced(new SubscriptionState(), World.Terms(legs), "net=1", 10).Parts[^1].Amount.ShouldBe(0.5775m);
    }

    [Fact]
    public void every_history_with_surcharges_replays_and_proves_and_adds_to_the_price_what_it_says()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var (with, without) = (new PrepaidWorld(Terms()), new PrepaidWorld(World.Terms(World.Leg(World.Price("sms", "0.05")))));
            var standing = new Dictionary<string, (string Dimensions, decimal Quantity)>();
            for (var step = 0; step < 30; step++)
            {
                var (id, dimensions, quantity) = ($"e{step}", random.Next(4) switch { 0 => "", 1 => "net=1", 2 => "sender=x", _ => "net=1,sender=x" }, (decimal)random.Next(1, 50));
                with.Now = without.Now = step;
                if (standing.Count > 0 && random.Next(3) == 0)
                {
                    var (wrong, was) = standing.ElementAt(random.Next(standing.Count));
                    decimal? right = random.Next(2) == 0 ? null : quantity;
                    with.Correct(id, wrong, right).Outcome.ShouldBe(CorrectionOutcome.Done);
                    without.Correct(id, wrong, right);
                    if (right is null) standing.Remove(wrong);
                    else standing[wrong] = (was.Dimensions, quantity);
                    continue;
                }

                with.SendAs(id, quantity, step, dimensions);
                without.SendAs(id, quantity, step, dimensions);
                standing[id] = (dimensions, quantity);
            }

            // The price is what it is without surcharges, and each surcharge its own sum, made here a second time.
            Of(with, name => !Surcharge.Is(name)).ShouldBe(Of(without, _ => true));
            Of(with, name => name == "surcharge/carrier").ShouldBe(standing.Values.Where(one => one.Dimensions == "net=1").Sum(one => one.Quantity) * 0.0025m);
            Of(with, name => name == "surcharge/worse").ShouldBe(standing.Values.Where(one => one.Dimensions == "net=1,sender=x").Sum(one => one.Quantity) * 0.004m);
            Of(with, name => name == "surcharge/unregistered").ShouldBe(standing.Values.Where(one => one.Dimensions.Contains('x')).Sum(one => one.Quantity) * 0.01m);
            with.Replayed().Ledger().ShouldBe(with.State.Ledger(), $"seed {seed}");
            Prove(with).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Theory]
    [InlineData("graduated")]
    [InlineData("flat")]
    public void what_a_surcharge_may_not_be_is_refused_by_name(string model)
    {
        var wrong = Added("carrier", "1") with { Model = model, Included = 5, Maximum = 3 };
        var fields = PlanVersionRules.Check(Version(World.Price("sms", "1"), wrong)).Select(error => error.Key).ToList();
        fields.ShouldContain("charges[1].model");
        fields.ShouldContain("charges[1].included");
        fields.ShouldContain("charges[1].maximum");
    }

    [Fact]
    public void kinds_are_bounded_and_the_same_match_twice_is_refused_within_a_kind_only()
    {
        PlanVersionRules.Check(Version(Charges)).ToString().ShouldBe("");
        PlanVersionRules.Check(Version(Added("carrier", "1", "net=1"), Added("carrier", "2", "net=1", "again"))).ShouldHaveSingleItem().Key.ShouldBe("charges[1].match");
        PlanVersionRules.Check(Version([.. Enumerable.Range(0, 5).Select(n => Added($"kind{n}", "1"))])).ToString().ShouldContain("at most 4 kinds");
    }

    private static CorrectionOutcome Price(PrepaidWorld world, string eventId, PriceChange change, string id, LegRater? rater = null)
    {
        var (request, original) = Corrections.PriceCorrectionTests.Asked(world, eventId, change, id);
        var decision = PriceDecider.Decide(world.State, request, original, Repricing.Named(false) with { Rater = rater }, world.NowMicros);
        world.Keep(decision.Frame);
        return decision.Outcome;
    }

    private static UsageCharge Added(string kind, string price, string match = "", string? id = null) => World.Price(id ?? kind, price, match) with { Surcharge = kind };

    private static SubscriptionTerms Terms() => World.Terms(World.Leg(Charges));

    private static SubscriptionTerms PrepaidTerms() => PrepaidWorld.Terms([World.Leg(Charges)], new LegFunding("own", false, null));

    private static Agreement Agreement(string seller, string buyer) => new() { Kind = "wholesale", Seller = seller, Buyer = buyer, Calendar = "helsinki" };

    private static PlanVersion Version(params Charge[] charges) => new() { EffectiveFrom = new EffectiveFrom { Date = new(2025, 1, 1) }, Charges = charges };

    private static PriceEnquiry Priced(SubscriptionState state, SubscriptionTerms terms, string dimensions, decimal quantity)
    {
        var reader = new PackedReader(World.Pack(new TestEvent("1", "2025-05-12T12:00:00Z", quantity, dimensions: dimensions)));
        return PriceEnquiry.Of(state, terms, UsageRecord.Read(ref reader));
    }

    private static decimal Of(PrepaidWorld world, Func<string, bool> charges) =>
        world.State.Cells.ToArray().Where(cell => charges(cell.Identity.Charge)).Sum(cell => cell.Amount);

    private static IReadOnlyList<object> Prove(PrepaidWorld world)
    {
        var found = new ProofFindings();
        var proof = new SubscriptionProof("s", (_, _, charge) => Charges.First(one => one.Id == charge), found, new IdSet());
        var version = 0;
        foreach (var row in world.Rows) proof.Row(++version, row, 0);
        proof.End();
        return [.. found.Violations];
    }
}
