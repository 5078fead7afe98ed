// One leg whose plan includes units that roll over, by dates of 2025 in Helsinki: what each event was covered by, in a line of a test.
using System.Globalization;
using NodaTime;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;

namespace OrleansBilling.BillingTests.Allowances;

internal sealed class RolloverWorld(SubscriptionTerms first)
{
    private SubscriptionTerms terms = first;
    private readonly List<byte[]> rows = [];
    private int sent;

    public RolloverWorld(params Charge[] charges) : this(TermsOf(World.Leg(charges)))
    {
    }

    /// <summary>What holds from now on; what months paid ahead give together is given at once.</summary>
    public SubscriptionTerms Terms
    {
        set
        {
            terms = value;
            if (PoolDecider.Fill(State, terms, Micros.Of(Now)) is { IsEmpty: false } frame)
                Append(frame);
            PoolDecider.Fill(State, terms, Micros.Of(Now)).IsEmpty.ShouldBeTrue();
        }
    }

    public SubscriptionState State { get; private set; } = new();

    public IReadOnlyList<byte[]> Rows => rows;

    /// <summary>When things are recorded; events that are sent move it on.</summary>
    public Instant Now { get; set; } = World.At("2025-05-01T00:00:00Z");

    /// <summary>Included units and 0.10 for each beyond them.</summary>
    public static UsageCharge Plan(string? rollover, decimal included = 100, decimal? max = null) =>
        World.Price("sms", null, included: included, overage: "0.1") with { Rollover = rollover, RolloverMax = rollover == "none" ? null : max };

    /// <summary>Service begins with May.</summary>
    public static SubscriptionTerms TermsOf(LegRater leg) => World.Terms("2025-04-30T21:00:00Z", null, leg);

    /// <summary>One plan after the other, each from a date.</summary>
    public static SubscriptionTerms Changed(params (string Plan, string From, UsageCharge Charge)[] plans) => TermsOf(LegRater.Changed([.. plans.Select(one =>
        (World.Helsinki.Zone.AtStartOfDay(NodaTime.Text.LocalDatePattern.Iso.Parse(one.From).Value).ToInstant(), new LegRater("retail",
            new Agreement { Kind = "wholesale", Seller = "operator", Buyer = "b-retail", Calendar = "helsinki" }, one.Plan, World.Helsinki,
            new PlanTimeline([(1, new PlanVersion { EffectiveFrom = new EffectiveFrom { Date = new LocalDate(2025, 1, 1) }, Charges = [one.Charge] })],
                World.Helsinki.Zone), meter => World.Meters[meter])))]));

    /// <summary>An event at noon of a day, and what paid for it: <c>rolled 3, plan 2 = 0.2</c>.</summary>
    public string Send(string day, decimal quantity, string dimensions = "")
    {
        var time = Noon(day);
        Now = Instant.Max(Now, time);
        var id = $"e{++sent}";
        var decision = UsageDecider.Decide(State, terms, World.Pack(new TestEvent(id, time, quantity, Dimensions: dimensions)), 1, Micros.Of(Now), Older.None);
        decision.Outcomes.ShouldBe([UsageOutcome.Accepted]);
        Append(decision.Frame);
        return Paid(UsageRecord.IdHashOf("/a", id));
    }

    public GrantDecision Grant(string id, decimal quantity, string expires, int priority = 0, RolloverRule rule = RolloverRule.None)
    {
        var decision = GrantDecider.Decide(State, terms, new GrantRequest(id, "retail", "sms", quantity, 0, null, Micros.Of(Midnight(expires)), priority,
            ExhaustedPolicy.Overage, null) { Rollover = rule }, null, Micros.Of(Now));
        decision.Outcome.ShouldBe(GrantOutcome.Done);
        Append(decision.Frame);
        return decision;
    }

    public decimal Left(string grant) => State.Grants.Find(grant)!.Remaining;

    public void Hold(string id, decimal quantity)
    {
        var record = HoldDecider.RecordOf(id, "sms", quantity, [], Micros.Of(Now));
        Append(HoldDecider.Place(State, terms, id, 1, record, Micros.Of(Now) + 60_000_000, Micros.Of(Now), 0).Frame);
    }

    public string Capture(string id, decimal quantity)
    {
        Append(HoldDecider.Capture(State, terms, id, quantity, null, Micros.Of(Now)).Frame);
        return Paid(null);
    }

    public Seal Decided(string label) => SealDecider.Decide(State, terms, "helsinki", World.Helsinki.PeriodOf(label)!, rows.Count, Micros.Of(Now));

    /// <summary>Seals a period when it is over, or now if that is later.</summary>
    public Seal Close(string label)
    {
        Now = Instant.Max(Now, World.Helsinki.PeriodOf(label)!.End);
        return Seal(Decided(label));
    }

    public Seal Seal(Seal seal)
    {
        SealFrame.Apply(State, rows.Count + 1, seal);
        Append(SealFrame.Write(seal));
        return seal;
    }

    /// <summary>The journal alone says the same, a snapshot too, and the proof finds nothing.</summary>
    public void Proved()
    {
        var replayed = new SubscriptionState();
        for (var row = 0; row < rows.Count; row++)
            SubscriptionReplay.Apply(replayed, row + 1, rows[row], 0);
        replayed.Snapshot().ShouldBe(SubscriptionSnapshot.Read(replayed.Snapshot())!.Snapshot());
        // A grant that nothing can change any more may be forgotten.
        Totals(State).ShouldBeSubsetOf(Totals(replayed));
        Totals(SubscriptionSnapshot.Read(State.Snapshot())!).ShouldBe(Totals(State));
        Findings().ShouldBeEmpty();
    }

    /// <summary>Goes on from a snapshot.</summary>
    public void Reload() => State = SubscriptionSnapshot.Read(State.Snapshot())!;

    public string[] Findings()
    {
        var found = new ProofFindings();
        var proof = new SubscriptionProof("sub", (plan, version, charge) => terms.Legs.SelectMany(leg => leg.Plan.Versions
            .Where(one => leg.PlanOf(one) == plan && one.Number == version)).SelectMany(one => one.Version.Charges).FirstOrDefault(one => one.Id == charge),
            found, new IdSet());
        for (var row = 0; row < rows.Count; row++)
            proof.Row(row + 1, rows[row], 0);
        proof.Snapshot(rows.Count, State.Snapshot());
        proof.End();
        return [.. found.Violations.Select(one => $"{one}")];
    }

    public static string Text(decimal number, bool isMoney = false) => number.ToString(isMoney && number != 0 ? "0.0" : "0.##", CultureInfo.InvariantCulture);

    private static string[] Totals(SubscriptionState state) =>
    [
        .. state.Cells.ToArray().Select(cell => $"{cell.Identity.Charge} {cell.Identity.Period.Label} {cell.Purse} {cell.Quantity:0.####} {cell.Amount:0.####}"),
        .. state.Grants.All.Select(grant => $"{grant.Number} {grant.Request.Id} {grant.Request.Quantity:0.####} {grant.Request.Rollover} {grant.Used:0.####} {grant.Held:0.####} {grant.CarriedOn:0.####} {grant.UntilMicros}"),
    ];

    private static Instant Midnight(string day) =>
        World.Helsinki.Zone.AtStartOfDay(NodaTime.Text.LocalDatePattern.Iso.Parse("2025-" + day).Value).ToInstant();

    private static Instant Noon(string day) => Midnight(day) + Duration.FromHours(12);

    private void Append(ReadOnlyMemory<byte> frame)
    {
        rows.Add(frame.ToArray());
        State.Chained(rows.Count, 0);
    }

    // By the newest row.
    private string Paid(UInt128? id)
    {
        var visitor = new Parts(State, id);
        SubscriptionReplay.Visit(rows[^1], visitor);
        return string.Join(", ", visitor.Found);
    }

    private static string Name(int purse) =>
        purse == UsageCell.RolledPurse ? "rolled" : purse == UsageCell.PooledPurse ? "pooled" : "package";

    private sealed class Parts(SubscriptionState state, UInt128? id) : UsageVisitor
    {
        public List<string> Found { get; } = [];

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            if (id is { } wanted && record.IdHash != wanted)
                return;
            foreach (var leg in legs)
                Found.Add(leg.Grant == 0 ? $"plan {Text(leg.Quantity)} = {Text(leg.Amount, true)}"
                    : $"{Name(state.CellAt(state.PositionOf(leg.Cell)).Purse)} {Text(leg.Quantity)}");
        }
    }
}
