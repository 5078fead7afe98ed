// A prepaid subscription to try holds and purses on: its journal is kept, so that every state can be rebuilt.
using NodaTime;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.BillingTests.Usage;

namespace OrleansBilling.BillingTests.Holds;

/// <summary>A wholesale leg at 0.03 that the reseller's wallet "up" pays, and a retail leg at 0.05 that the funding wallet "own" pays.</summary>
internal sealed class PrepaidWorld
{
    public static readonly SubscriptionTerms TwoWallets = Terms(
        [World.Leg("wholesale", World.Helsinki, ("2025-01-01", [World.Price("sms", "0.03")])),
            World.Leg("retail", World.Helsinki, ("2025-01-01", [World.Price("sms", "0.05")]))],
        new LegFunding("up", true, null), new LegFunding("own", false, null));

    private readonly SubscriptionTerms terms;
    private readonly List<byte[]> rows = [];

    public PrepaidWorld(SubscriptionTerms? terms = null) => this.terms = terms ?? TwoWallets;

    /// <summary>The journal.</summary>
    public IReadOnlyList<byte[]> Rows => rows;

    public SubscriptionState State { get; private set; } = new();

    /// <summary>Seconds since the start of the story.</summary>
    public long Now { get; set; }

    public long NowMicros => Micros.Of(World.At("2025-05-12T09:00:00Z")) + (Now * 1_000_000);

    public static SubscriptionTerms Single(string price) =>
        Terms([World.Leg("retail", World.Helsinki, ("2025-01-01", [World.Price("sms", price)]))], new LegFunding("own", false, null));

    /// <summary>The same legs, both invoiced; the retail leg has included units.</summary>
    public static SubscriptionTerms Invoiced(decimal included = 0) => World.Terms(
        World.Leg("wholesale", World.Helsinki, ("2025-01-01", [World.Price("sms", "0.03")])),
        World.Leg("retail", World.Helsinki, ("2025-01-01", [World.Price("sms", "0.05", included: included)])));

    public Purse Own => State.PurseOf("own")!;

    public void Receive(string wallet, decimal amount)
    {
        var slice = (State.PurseOf(wallet)?.Slice ?? 0) + 1;
        Append(PurseFrame.Receive(State, wallet, false, slice, amount, NowMicros));
    }

    /// <summary>A package of the meter "sms"; <paramref name="expires"/> in seconds of the story.</summary>
    public GrantDecision Grant(string id, decimal quantity, decimal price = 0, ExhaustedPolicy then = ExhaustedPolicy.Stop, decimal? limit = null,
        long? expires = null, int priority = 0, string agreement = "retail", string meter = "sms", long? starts = null, string? seller = null)
    {
        var decision = GrantDecider.Decide(State, terms, new GrantRequest(id, agreement, meter, quantity, price, starts is { } from ? At(from) : null,
            expires is { } end ? At(end) : null, priority, then, limit), seller, NowMicros);
        Append(decision.Frame);
        return decision;
    }

    public Grant this[string grant] => State.Grants.Find(grant)!;

    private long At(long seconds) => NowMicros + ((seconds - Now) * 1_000_000);

    public void Return(string wallet)
    {
        if (State.PurseOf(wallet) is { } purse)
            Append(PurseFrame.ReturnRest(State, purse, NowMicros));
    }

    public UsageDecision Send(string id, decimal quantity, params WalletRefusal[] refusals) => SendAt(id, quantity, Now, refusals);

    /// <summary>An event of another time, in seconds of the story.</summary>
    public UsageDecision SendAt(string id, decimal quantity, long time, params WalletRefusal[] refusals) => SendAs(id, quantity, time, "", refusals);

    /// <summary>The same with dimensions, as <c>country=FI,net=1</c>.</summary>
    public UsageDecision SendAs(string id, decimal quantity, long time, string dimensions, params WalletRefusal[] refusals) =>
        Send(new TestEvent(id, Micros.Instant(At(time)), quantity, Dimensions: dimensions), refusals);

    /// <summary>The same of another source.</summary>
    public UsageDecision SendFrom(string source, string id, decimal quantity, long time, params WalletRefusal[] refusals) =>
        Send(new TestEvent(id, Micros.Instant(At(time)), quantity, Source: source), refusals);

    private UsageDecision Send(TestEvent sent, WalletRefusal[] refusals)
    {
        var packed = World.Pack(sent);
        var decision = UsageDecider.Decide(State, terms, packed, 1, NowMicros, Older.None, refusals);
        Append(decision.Frame);
        return decision;
    }

    public HoldDecision Place(string id, decimal quantity, int seconds = 60, decimal step = 0)
    {
        var record = HoldDecider.RecordOf(id, "sms", quantity, [], NowMicros);
        return Keep(HoldDecider.Place(State, terms, id, (uint)quantity, record, NowMicros + (seconds * 1_000_000L), NowMicros, step));
    }

    public HoldDecision Capture(string id, decimal quantity, long? usedAt = null) => Keep(HoldDecider.Capture(State, terms, id, quantity,
        usedAt is { } used ? NowMicros + ((used - Now) * 1_000_000) : null, NowMicros));

    public HoldDecision Release(string id) => Keep(HoldDecider.Release(State, id, NowMicros));

    /// <summary>Retracts (no quantity) or amends an event of the world by its id.</summary>
    public CorrectionDecision Correct(string id, string eventId, decimal? quantity = null, long? time = null, string source = "/a")
    {
        var hash = UsageRecord.IdHashOf(source, eventId);
        var original = rows.Select(row => SubscriptionReplay.Read(row, hash)).FirstOrDefault(found => found is not null);
        var at = time ?? (original is null ? NowMicros : UsageRecord.Of(original.Record).TimeMicros);
        var decision = CorrectionDecider.Decide(State, terms, new CorrectionRequest(id, source, eventId, at, quantity, "mistake"), original, NowMicros);
        Append(decision.Frame);
        return decision;
    }

    /// <summary>Seals a month of the calendar in Helsinki.</summary>
    public Seal Seal(string label)
    {
        var seal = SealDecider.Decide(State, terms, "helsinki", World.Helsinki.PeriodOf(label)!, rows.Count, NowMicros);
        SealFrame.Apply(State, 0, seal);
        Append(SealFrame.Write(seal));
        return seal;
    }

    public void Expire() => Append(HoldDecider.Expire(State, NowMicros));

    /// <summary>The state as the journal alone makes it.</summary>
    public SubscriptionState Replayed()
    {
        var state = new SubscriptionState();
        for (var row = 0; row < rows.Count; row++)
            SubscriptionReplay.Apply(state, row + 1, rows[row], 0);
        return state;
    }

    /// <summary>Goes on from a snapshot of what the journal makes: what a new activation does.</summary>
    public void Reload() => State = SubscriptionSnapshot.Read(Replayed().Snapshot())!;

    /// <summary>Journals what was decided elsewhere.</summary>
    public void Keep(ReadOnlyMemory<byte> frame) => Append(frame);

    private HoldDecision Keep(HoldDecision decision)
    {
        Append(decision.Frame);
        return decision;
    }

    private void Append(ReadOnlyMemory<byte> frame)
    {
        if (frame.IsEmpty)
            return;
        rows.Add(frame.ToArray());
        State.Chained(rows.Count, 0);
    }

    public static SubscriptionTerms Terms(LegRater[] legs, params LegFunding?[] funding) => new("sub", new Billing.Subscriptions.Subscription
        { Customer = "alfa", StartsAt = World.At("2025-01-01T00:00:00Z"), Legs = [] }, legs, World.Meters.Keys.ToHashSet(), funding);
}
