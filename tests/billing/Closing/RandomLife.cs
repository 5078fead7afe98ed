// Random lives of a subscription on two calendars, made from one seed: every kind of fee and price, coupons, a command, events in order of arrival.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Fees;
using OrleansBilling.BillingTests.Rating;
using OrleansBilling.BillingTests.Usage;

namespace OrleansBilling.BillingTests.Closing;

/// <summary>No price of it depends on which of its events came first: one version of each plan, and models that are totals of a period.</summary>
internal sealed class RandomLife
{
    public const int Days = 150;

    private static readonly string[] Fees =
    [
        "month 31.00 arrears 0", "month 31.00 advance 0", "month 31.00 advance 1", "month 31.00 progressive 0", "month 30.99 arrears 0 activation",
        "week 7.00 arrears 0", "day 0.333 advance 0", "semi_month 15.01 progressive 0", "quarter 90.00 advance 1", "year 365.00 advance 0",
    ];

    private static readonly Coupon[] Coupons =
    [
        new() { Percent = 12.5m }, new() { Percent = 10, AppliesTo = "usage", Periods = 2 }, new() { Amount = 3, Currency = "EUR" },
        new() { Amount = 5, Currency = "EUR", AppliesTo = "fees", Periods = 3 },
    ];

    private readonly Random random;

    public RandomLife(int seed)
    {
        random = new Random(seed);
        Start = World.At("2025-02-10T00:00:00Z") + Duration.FromHours(random.Next(24 * 40));
        LegRater[] legs = [Leg("wholesale", World.Helsinki), Leg("retail", World.NewYork25)];
        var redeemed = legs.Select(_ => (IReadOnlyList<Redeemed>)[.. Coupons.Where(_ => random.Next(4) == 0)
            .Select((coupon, index) => new Redeemed($"c{index}", coupon, new LocalDate(2025, random.Next(2, 6), 20)))]).ToArray();
        var sold = new Subscription { Customer = "alfa", StartsAt = Start, Legs = [], Activation = random.Next(3) == 0 ? "first_use" : null };
        Sold = Terms(sold, 1);
        Known = random.Next(2) == 0 ? Sold : Terms(sold with { Changes = Command() }, 2);
        Events = [.. Enumerable.Range(0, random.Next(5, 40)).Select(Next).Where(one => Known.ServesAt(Micros.Of(one.Event.Time))).OrderBy(one => one.Arrives)];

        SubscriptionTerms Terms(Subscription definition, int version) =>
            new("sub", definition, legs, World.Meters.Keys.ToHashSet(), [], version) { Discounts = redeemed };
    }

    public Instant Start { get; }

    /// <summary>As it was sold.</summary>
    public SubscriptionTerms Sold { get; }

    /// <summary>As it is known when its command has come; the same where there is none.</summary>
    public SubscriptionTerms Known { get; }

    /// <summary>Each with an id of its own; some come weeks after they happened.</summary>
    public IReadOnlyList<(Instant Arrives, TestEvent Event)> Events { get; }

    /// <summary>A day of its time.</summary>
    public Instant Day() => Start + Duration.FromHours(random.Next(24 * Days));

    public bool OneIn(int many) => random.Next(many) == 0;

    public void Shuffle<T>(T[] some) => random.Shuffle(some);

    private LegRater Leg(string agreement, BillingCalendar calendar) => World.Leg(agreement, calendar, ("2025-01-01",
        [Model(random.Next(6)) with { Id = "sms", Minimum = random.Next(4) == 0 ? 20 : null }, World.Price("call", "1.337", meter: "call"),
            .. Enumerable.Range(0, random.Next(3)).Select(index => FeeScheduleTests.Fee(Fees[random.Next(Fees.Length)]) with
            {
                Id = $"fee{index}", CreditDaysWhen = random.Next(2) == 0 ? ["suspended"] : null, ProrateLast = random.Next(3) != 0,
            })]));

    private static UsageCharge Model(int which) => which switch
    {
        0 => PriceModelTests.Graduated,
        1 => PriceModelTests.Volume,
        2 => PriceModelTests.Package,
        3 => PriceModelTests.Flat,
        4 => World.Price("sms", "0.045", included: 30, overage: "0.0333"),
        _ => World.Price("sms", "0.0455"),
    };

    private SubscriptionChange[] Command()
    {
        var at = Day();
        SubscriptionChange Change(string action, Instant when) => new() { Action = action, Id = action, At = when, Reason = "suspended" };
        return random.Next(3) switch
        {
            0 => [Change(SubscriptionActions.Cancel, at)],
            1 => [Change(SubscriptionActions.Suspend, at)],
            _ => [Change(SubscriptionActions.Suspend, at), Change(SubscriptionActions.Resume, at + Duration.FromHours(random.Next(1, 24 * 50)))],
        };
    }

    private (Instant Arrives, TestEvent Event) Next(int number)
    {
        var time = Day();
        var quantity = random.Next(3) switch { 0 => 1, 1 => random.Next(1, 2000), _ => random.Next(1, 100_000) / 1000m };
        return (time + (OneIn(3) ? Duration.FromHours(random.Next(24 * 13)) : Duration.FromSeconds(random.Next(600))),
            new TestEvent($"{number}", time, quantity, OneIn(4) ? "call" : "sms"));
    }
}
