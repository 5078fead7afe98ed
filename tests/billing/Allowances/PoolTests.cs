// Months paid ahead as one pool: what it holds, until when, beside what was used before, and what months keep without it.
using NodaTime;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Allowances;

public sealed class PoolTests
{
    [Fact]
    public void the_units_of_all_months_are_there_at_once_and_gone_with_the_last_of_them()
    {
        var world = Paid(pool: true, "2025-05-12", "2025-07-31");
        world.Send("05-20", 250).ShouldBe("pooled 100, pooled 100, pooled 50");
        world.Close("2025-05").Carried.ShouldBeEmpty();
        world.Send("06-20", 40).ShouldBe("pooled 40");
        world.Send("07-20", 15).ShouldBe("pooled 10, plan 5 = 0.5");
        world.Close("2025-06");
        world.Close("2025-07").Lines.Select(line => (line.Kind, line.Quantity, line.Amount)).ShouldBe([("pool", 10m, 0m), ("usage", 5m, 0.5m)]);
        world.Send("08-02", 101).ShouldBe("plan 101 = 0.1");
        world.Proved();
    }

    [Fact]
    public void without_the_switch_each_month_has_its_own()
    {
        var world = Paid(pool: null, "2025-05-12", "2025-07-31");
        world.Send("05-20", 250).ShouldBe("plan 250 = 15.0");
        world.Send("06-20", 100).ShouldBe("plan 100 = 0");
    }

    [Fact]
    public void what_was_used_before_it_was_bought_is_not_given_again()
    {
        var world = Paid(pool: true, "2025-05-12", "2025-06-30", boughtAfter: 30);
        world.Send("05-20", 171).ShouldBe("pooled 70, pooled 100, plan 1 = 0.1");
        world.Proved();
    }

    [Fact]
    public void unused_units_of_one_month_are_there_in_the_next_and_late_usage_has_them_too()
    {
        var world = Paid(pool: true, "2025-05-12", "2025-06-30");
        world.Close("2025-05");
        world.Send("06-02", 150).ShouldBe("pooled 100, pooled 50");
        world.Send("05-20", 20).ShouldBe("pooled 20");
        world.Send("06-03", 40).ShouldBe("pooled 30, plan 10 = 1.0");
        world.Close("2025-06");
        world.Send("06-20", 1).ShouldBe("plan 1 = 0.1");
        world.Proved();
    }

    [Fact]
    public void one_month_more_is_a_pool_of_its_own_beside_the_first()
    {
        var world = Paid(pool: true, "2025-05-12", "2025-05-31", "2025-06-01", "2025-07-31");
        world.Send("05-20", 110).ShouldBe("pooled 100, plan 10 = 1.0");
        world.Send("06-20", 150).ShouldBe("pooled 100, pooled 50");
        world.Proved();
    }

    // Spans as pairs of dates, bought at once.
    private static RolloverWorld Paid(bool? pool, params string[] spans) => Paid(pool, spans, 0);

    private static RolloverWorld Paid(bool? pool, string from, string to, decimal boughtAfter) => Paid(pool, [from, to], boughtAfter);

    private static RolloverWorld Paid(bool? pool, string[] spans, decimal before)
    {
        var terms = RolloverWorld.TermsOf(World.Leg(RolloverWorld.Plan(null) with { PrepaidPool = pool }));
        var world = new RolloverWorld(terms);
        if (before > 0) world.Send("05-02", before);
        world.Terms = terms with { Definition = terms.Definition with { Changes = [.. spans.Chunk(2).Select((span, n) => new SubscriptionChange
        {
            Id = $"p{n}", Action = "prepay", Agreement = "retail", Charge = "fee", Periods = 1, Prepaid = new PrepaidSpan(Day(span[0]), Day(span[1]), 0),
        })] } };
        return world;
    }

    private static LocalDate Day(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;
}
