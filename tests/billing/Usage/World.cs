// A small world to bill: events, price lists, legs and terms, each in one line of a test.
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Usage;

/// <summary>An event as a test says it; packed without any code of the parser.</summary>
internal sealed record TestEvent(string Id, Instant Time, decimal Quantity = 1, string Meter = "sms", string Source = "/a", string Dimensions = "")
{
    public TestEvent(string id, string time, decimal quantity = 1, string meter = "sms", string source = "/a", string dimensions = "")
        : this(id, World.At(time), quantity, meter, source, dimensions)
    {
    }

    /// <summary>Dimensions are written <c>country=FI,net=1</c>; they are packed in name order, as the parser does.</summary>
    public IEnumerable<(string Name, string Value)> Pairs => Dimensions.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1])).OrderBy(pair => pair.Item1, StringComparer.Ordinal);

    public void Pack(ref PackedWriter writer)
    {
        var content = new PackedWriter(64);
        content.String(Source);
        content.String(Id);
        content.Int64(Micros.Of(Time));
        content.Decimal(Quantity);
        content.String(Meter);
        content.Count(Pairs.Count());
        foreach (var (name, value) in Pairs)
        {
            content.String(name);
            content.String(value);
        }

        writer.Bytes(content.Written.Span);
    }
}

internal static class World
{
    public static readonly BillingCalendar Helsinki = new(new Calendar { TimeZone = "Europe/Helsinki" });
    public static readonly BillingCalendar NewYork25 = new(new Calendar { AnchorDay = 25, TimeZone = "America/New_York" });

    public static readonly Dictionary<string, Meter> Meters = new()
    {
        ["sms"] = new Meter { Unit = "segment", Dimensions = ["country", "net", "sender"] },
        ["call"] = new Meter { Unit = "call", Aggregation = "count", Dimensions = ["country"] },
        ["free"] = new Meter { Unit = "thing" },
        ["peak"] = new Meter { Unit = "seat", Aggregation = "max", Dimensions = ["country"] },
        ["users"] = new Meter { Unit = "user", Aggregation = "unique", UniqueBy = "who", Dimensions = ["country", "who"] },
        ["stock"] = new Meter { Unit = "gigabyte", Aggregation = "latest", Dimensions = ["country"] },
    };

    public static Instant At(string text) => InstantPattern.ExtendedIso.Parse(text).GetValueOrThrow();

    /// <summary>A price per unit; match is written <c>country=FI,net=1</c>.</summary>
    public static UsageCharge Price(string id, string? price, string match = "",
        string meter = "sms", decimal per = 1, decimal included = 0, string? overage = null) => new()
    {
        Id = id,
        Meter = meter,
        UnitPrice = price is null ? null : decimal.Parse(price, CultureInfo.InvariantCulture),
        Per = per,
        Included = included,
        Overage = overage is null ? null : decimal.Parse(overage, CultureInfo.InvariantCulture),
        Match = match.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]),
    };

    public static LegRater Leg(string agreement, BillingCalendar calendar, params (string From, Charge[] Charges)[] versions) => new(
        agreement,
        new Agreement { Kind = "wholesale", Seller = "operator", Buyer = "b-" + agreement, Calendar = calendar == Helsinki ? "helsinki" : "new-york" },
        "plan-" + agreement,
        calendar,
        new PlanTimeline(versions.Select((one, index) => (index + 1,
            new PlanVersion { EffectiveFrom = From(one.From), Charges = one.Charges })), calendar.Zone),
        meter => Meters[meter]);

    public static LegRater Leg(params Charge[] charges) => Leg("retail", Helsinki, ("2025-01-01", charges));

    public static SubscriptionTerms Terms(params LegRater[] legs) => Terms("2025-01-01T00:00:00Z", null, legs);

    public static SubscriptionTerms Terms(string startsAt, string? endsAt, params LegRater[] legs) => new(
        "sub", new Subscription
            { Customer = "alfa", StartsAt = At(startsAt), EndsAt = endsAt is null ? null : At(endsAt), Legs = [] }, legs, Meters.Keys.ToHashSet(), []);

    public static byte[] Pack(params IEnumerable<TestEvent> events)
    {
        var writer = new PackedWriter(256);
        foreach (var one in events)
            one.Pack(ref writer);
        return writer.Written.ToArray();
    }

    public static UsageDecision Decide(this SubscriptionState state, SubscriptionTerms terms, string now, params TestEvent[] events) =>
        state.Decide(terms, At(now), events);

    public static UsageDecision Decide(
        this SubscriptionState state, SubscriptionTerms terms, Instant now, IReadOnlyList<TestEvent> events, IOlderIds? older = null) =>
        UsageDecider.Decide(state, terms, Pack(events), events.Count, Micros.Of(now), older ?? Older.None);

    public static byte[] Snapshot(this SubscriptionState state) => SubscriptionSnapshot.Write(state).ToArray();

    /// <summary>Cells as ledger lines: agreement, charge and version, period, count × quantity = amount.</summary>
    public static string[] Ledger(this SubscriptionState state) =>
        [.. state.Cells.ToArray().Select(cell => string.Create(CultureInfo.InvariantCulture,
            $"{cell.Identity.Agreement} {cell.Identity.Charge}.{cell.Identity.PlanVersion} {cell.Identity.Period.Label} {cell.Count} x {cell.Quantity:0.##########} = {cell.Amount:0.##########}"))];

    private static EffectiveFrom From(string text) =>
        text.Contains('T') ? new EffectiveFrom { Instant = At(text) } : new EffectiveFrom { Date = LocalDatePattern.Iso.Parse(text).Value };
}

/// <summary>The older index as a test says it.</summary>
internal sealed class Older : IOlderIds
{
    private readonly Dictionary<UInt128, uint> bodies = [];

    public static Older None { get; } = new();

    public static Older Holding(params TestEvent[] events)
    {
        var older = new Older();
        foreach (var one in events)
        {
            var reader = new PackedReader(World.Pack(one));
            var record = UsageRecord.Read(ref reader);
            older.bodies[record.IdHash] = record.BodyHash;
        }

        return older;
    }

    public bool TryGet(UInt128 idHash, out uint bodyHash) => bodies.TryGetValue(idHash, out bodyHash);
}
