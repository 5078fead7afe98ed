// The three-level tree that every run plays on: an operator, a partner with wallets inside one another, two customers, six subscriptions.
using System.Globalization;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Embedded;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Grains.Dunning;
using OrleansBilling.Grains.Parties;
using OrleansBilling.Simulation.Tests.Auditing;
using OrleansBilling.Simulation.Tests.Log;
using OrleansBilling.Simulation.Tests.Stores;

namespace OrleansBilling.Simulation.Tests;

/// <summary>Defined through the product's own rules, so that it is a tree that a user could have.</summary>
internal static class Tree
{
    // Soon it is midnight in Helsinki, where daily limits begin anew.
    public static readonly DateTimeOffset Start = new(2025, 5, 15, 20, 58, 30, TimeSpan.Zero);
    public const string Period = "2025-05";
    public const string PeriodBefore = "2025-04";
    public const string Meter = "sms";

    /// <summary>Id, owner, parent, what it holds.</summary>
    public static readonly (string Id, string Owner, string? Parent, bool Units)[] Wallets =
    [
        ("wp", "p", null, false), ("wa", "p", "wp", false), ("wb", "p", "wp", false), ("wc", "p", "wa", false), ("cc", "c1", null, false), ("cu", "c1", null, true),
    ];

    /// <summary>Id, customer, wallet of the wholesale leg (empty: invoiced, null: no such leg), the same for the retail leg.</summary>
    public static readonly (string Id, string Customer, string? Wholesale, string? Retail)[] Subscriptions =
    [
        ("s1", "c1", "wa", "cc"), ("s2", "c1", "wc", "cu"), ("s3", "c1", null, "cc"), ("s4", "c2", "wb", ""), ("s5", "c2", "", ""), ("s6", "c1", "wp", null),
    ];

    /// <summary>A subscription without usage, whose fee a wallet pays in advance, day by day.</summary>
    public const string Seat = "f1";
    public const string SeatWallet = "wa";
    public const decimal SeatFee = 1.20m;

    private static readonly Dictionary<string, decimal> Wholesale = new() { ["FI"] = 0.045m, ["EE"] = 0.0525m };
    private static readonly Dictionary<string, decimal> Retail = new() { ["FI"] = 0.0612m, ["EE"] = 0.0799m };
    private static readonly Dictionary<string, decimal> Added = new() { ["EE"] = 0.0031m };
    private static readonly MemoryDefinitions Shared = Made(new MemoryDefinitions(), SharedBodies());

    /// <summary>A store with everything defined; limits as the seed wants them.</summary>
    public static MemoryDefinitions Define(Random random) => Made(Shared.Copy(), OwnBodies(random));

    /// <summary>What the auditor has to know of it.</summary>
    public static TreeFacts Facts(MemoryDefinitions definitions) => new(
        definitions.All.Where(one => one.Kind is DefinitionKinds.Subscription or DefinitionKinds.Wallet).ToDictionary(one => one.Stream, one => $"{one.Kind}/{one.Id}"),
        Wallets.ToDictionary(wallet => wallet.Id, wallet => wallet.Parent),
        Subscriptions.ToDictionary(one => one.Id, LegsOf).Append(new(Seat, [new LegFacts("a", SeatWallet, false, new Dictionary<string, decimal>()) { Fee = SeatFee }])).ToDictionary());

    /// <summary>A wallet's body.</summary>
    public static string Wallet(string id, decimal limit, (decimal Amount, DateTimeOffset Until)? temporary, decimal? sliceMax, decimal? daily)
    {
        var (_, owner, parent, units) = Wallets.Single(wallet => wallet.Id == id);
        var members = new List<string> { $"\"owner\":\"{owner}\"", units ? "\"unit\":\"segment\"" : "\"currency\":\"EUR\"", $"\"credit_limit\":\"{Text(limit)}\"" };
        if (parent is not null)
            members.Add($"\"parent\":\"{parent}\"");
        if (sliceMax is { } most)
            members.Add($"\"slice_max\":\"{Text(most)}\"");
        if (daily is { } day)
            members.Add($"\"daily_limit\":\"{Text(day)}\"");
        if (temporary is { } other)
            members.Add($"\"temporary_limit\":{{\"amount\":\"{Text(other.Amount)}\",\"until\":\"{other.Until:yyyy-MM-ddTHH:mm:ssZ}\"}}");
        return $"{{{string.Join(',', members)}}}";
    }

    /// <summary>The legs of a subscription.</summary>
    public static LegFacts[] LegsOf(string subscription) => LegsOf(Subscriptions.Single(one => one.Id == subscription));

    private static LegFacts[] LegsOf((string Id, string Customer, string? Wholesale, string? Retail) of)
    {
        var legs = new List<LegFacts>();
        if (of.Wholesale is { } wholesale)
            legs.Add(new LegFacts("a", wholesale.Length == 0 ? null : wholesale, false, Wholesale));
        if (of.Retail is { } retail)
            legs.Add(new LegFacts("r-" + of.Customer, retail.Length == 0 ? null : retail, retail == "cu", Retail) { Added = Added });
        return [.. legs];
    }

    private static MemoryDefinitions Made(MemoryDefinitions store, IEnumerable<(string Kind, string Id, string Body)> bodies)
    {
        var catalogue = new Catalogue(store);
        var states = new PartyStates(new MemoryPartyStates(), store, catalogue);
        var clock = new BillingClock(new ManualTimeProvider(Start));
        var taxes = new TaxBook(catalogue, store);
        var resolver = new TermsResolver(catalogue, store, states, new BalanceWatch(new MemoryDuties(), store, catalogue, clock));
        var writer = new DefinitionWriter(store, catalogue, new ProductAssignment(store, catalogue), new CatalogueAssignment(catalogue), taxes,
            new PartyGate(states), resolver, new PurchasePricing(catalogue, resolver, taxes), clock);
        foreach (var (kind, id, body) in bodies)
        {
            var answer = writer.Write(new DefineCommand { Kind = kind, Id = id, Body = body, Actor = "simulation" }, CancellationToken.None).GetAwaiter().GetResult();
            if (answer.Outcome != DefineOutcome.Created)
                throw new InvalidOperationException($"{kind} {id}: {answer.Outcome} {string.Join(", ", answer.Problems.Select(problem => $"{problem.Field} {problem.Message}"))}");
        }

        return store;
    }

    private static IEnumerable<(string, string, string)> SharedBodies()
    {
        yield return ("seller", "operator", """{"name":"Operator","country":"FI","currency":"EUR","time_zone":"Europe/Helsinki"}""");
        yield return ("partner", "p", """{"name":"P","country":"FI","currency":"EUR"}""");
        yield return ("customer", "c1", """{"name":"C1","partner":"p"}""");
        yield return ("customer", "c2", """{"name":"C2","partner":"p"}""");
        yield return ("calendar", "monthly", """{"anchor_day":1,"time_zone":"Europe/Helsinki","grace":"PT0S"}""");
        yield return ("meter", Meter, """{"unit":"segment","aggregation":"sum","dimensions":["country"]}""");
        foreach (var (plan, prices) in new[] { ("wholesale", Wholesale), ("retail", Retail) })
        {
            yield return ("plan", plan, $$"""{"name":"{{plan}}","currency":"EUR"}""");
            var charges = prices.Select(price =>
                $$$"""{"id":"sms-{{{price.Key}}}","kind":"usage","meter":"{{{Meter}}}","match":{"country":"{{{price.Key}}}"},"unit_price":"{{{Text(price.Value)}}}"}""");
            // What is added to a price is a part of its own.
            if (plan == "retail")
                charges = charges.Concat(Added.Select(price =>
                    $$$"""{"id":"carrier-{{{price.Key}}}","kind":"usage","meter":"{{{Meter}}}","match":{"country":"{{{price.Key}}}"},"unit_price":"{{{Text(price.Value)}}}","surcharge":"carrier"}"""));
            yield return ("plan_version", plan, $$"""{"effective_from":"2025-01-01","charges":[{{string.Join(',', charges)}}]}""");
        }

        yield return ("plan", "seat", """{"name":"seat","currency":"EUR"}""");
        yield return ("plan_version", "seat",
            $$"""{"effective_from":"2025-01-01","charges":[{"id":"fee","kind":"recurring","every":"day","price":"{{Text(SeatFee)}}","bill":"advance"}]}""");
        yield return ("agreement", "a", Agreement("operator", "p", "invoice"));
        yield return ("agreement", TreeAgreements.Deliver, Agreement("p", "c1", "statement", "deliver"));
        yield return ("agreement", "r-c2", Agreement("p", "c2", "statement"));
    }

    private static IEnumerable<(string, string, string)> OwnBodies(Random random)
    {
        foreach (var wallet in Wallets)
            yield return ("wallet", wallet.Id, Wallet(wallet.Id, random.Next(3) == 0 ? 0 : random.Next(1, 12), null, random.Next(3) == 0 ? random.Next(1, 4) : null,
                random.Next(6) == 0 ? random.Next(1, 9) : null));
        foreach (var (id, customer, wholesale, retail) in Subscriptions)
        {
            var legs = new List<string>();
            if (wholesale is not null)
                legs.Add(Leg("a", "wholesale", wholesale));
            if (retail is not null)
                legs.Add(Leg("r-" + customer, "retail", retail));
            var pays = retail is { Length: > 0 } ? retail : wholesale;
            var funding = pays is { Length: > 0 } ? $$"""{"mode":"prepaid","wallet":"{{pays}}"}""" : """{"mode":"postpaid"}""";
            yield return ("subscription", id, $$"""{"customer":"{{customer}}","starts_at":"2025-01-01T00:00:00Z","legs":[{{string.Join(',', legs)}}],"funding":{{funding}}}""");
        }

        yield return ("subscription", Seat, SeatBody());
    }

    private static string SeatBody() => $$$"""
        {"customer":"c1","starts_at":"2025-05-14T21:00:00Z","legs":[{{{Leg("a", "seat", SeatWallet)}}}],
        "funding":{"mode":"prepaid","wallet":"{{{SeatWallet}}}","fees":"wallet"}}
        """;

    private static string Leg(string agreement, string plan, string wallet) =>
        $$"""{"agreement":"{{agreement}}","plan":"{{plan}}"{{(wallet.Length == 0 ? "" : $",\"wallet\":\"{wallet}\"")}}}""";

    private static string Agreement(string seller, string buyer, string documents, string chargePoint = "accept") =>
        $$$"""{"kind":"wholesale","seller":"{{{seller}}}","buyer":"{{{buyer}}}","calendar":"monthly","documents":"{{{documents}}}","charge_point":"{{{chargePoint}}}","tax":{"category":"S","rate":"25.5"}}""";

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
