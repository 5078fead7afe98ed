// A subscription whose meters are not added up: its journal is kept, so that the state can be made again from it.
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;

namespace OrleansBilling.BillingTests.Readings;

internal sealed class ReadingWorld(SubscriptionTerms terms)
{
    private readonly List<byte[]> rows = [];

    public ReadingWorld(params Billing.Catalogue.Charge[] charges) : this(World.Terms(World.Leg(charges)))
    {
    }

    public SubscriptionState State { get; private set; } = new();

    public UsageOutcome Send(string id, string day, decimal quantity, string meter = "peak", string dimensions = "country=FI", string source = "/a")
    {
        var one = new TestEvent(id, $"2025-{day}T09:00:00Z", quantity, meter, source, dimensions);
        var decision = State.Decide(terms, World.At("2025-06-10T00:00:00Z"), [one]);
        Append(decision.Frame, decision.Accepted);
        return decision.Outcomes.Single();
    }

    /// <summary>Many at once, as one batch.</summary>
    public IReadOnlyList<UsageOutcome> Send(TestEvent[] events)
    {
        var decision = State.Decide(terms, World.At("2025-06-10T00:00:00Z"), events);
        Append(decision.Frame, decision.Accepted);
        return [.. decision.Outcomes];
    }

    public CorrectionDecision Correct(string id, string of, decimal? quantity = null)
    {
        var hash = UsageRecord.IdHashOf("/a", of);
        var original = rows.Select(row => SubscriptionReplay.Read(row, hash)).First(found => found is not null)!;
        var decision = CorrectionDecider.Decide(State, terms,
            new CorrectionRequest(id, "/a", of, UsageRecord.Of(original.Record).TimeMicros, quantity, "mistake"), original, Micros.Of(World.At("2025-06-10T00:00:00Z")));
        Append(decision.Frame, 1);
        return decision;
    }

    public CorrectionOutcome Deliver(string of, string state)
    {
        var hash = UsageRecord.IdHashOf("/a", of);
        var original = rows.Select(row => SubscriptionReplay.Read(row, hash)).First(found => found is not null)!;
        return DeliveryDecider.Decide(State, terms, new CorrectionRequest("d", "/a", of, UsageRecord.Of(original.Record).TimeMicros, null, "report", state), original,
            Micros.Of(World.At("2025-06-10T00:00:00Z"))).Outcome;
    }

    public Seal Seal(string label)
    {
        var seal = SealDecider.Decide(State, terms, "helsinki", World.Helsinki.PeriodOf(label)!, rows.Count, Micros.Of(World.At("2025-06-10T00:00:00Z")));
        SealFrame.Apply(State, 0, seal);
        Append(SealFrame.Write(seal), 0);
        State.Seals[^1] = State.Seals[^1] with { Version = rows.Count };
        return seal;
    }

    /// <summary>As quantity = amount, cell by cell.</summary>
    public string[] Totals() => [.. State.Cells.ToArray().Select(cell => FormattableString.Invariant($"{cell.Identity.Charge}.{cell.Identity.PlanVersion} {cell.Identity.Period.Label} {cell.Quantity:0.####} = {cell.Amount:0.####}"))];

    /// <summary>The journal alone makes the same state, from its beginning and from a snapshot, and the second book agrees with it.</summary>
    public void IsProved()
    {
        var replayed = Proved();
        replayed.Snapshot().ShouldBe(State.Snapshot());
        State = SubscriptionSnapshot.Read(replayed.Snapshot())!;
        State.Snapshot().ShouldBe(replayed.Snapshot());
    }

    /// <summary>The second book agrees with the journal, and with the snapshot of the state as it is now, whatever that has archived.</summary>
    public SubscriptionState Proved()
    {
        var replayed = new SubscriptionState();
        var found = new ProofFindings();
        var proof = new SubscriptionProof("sub", (_, version, id) => terms.Legs.SelectMany(leg => leg.Plan.Versions).First(one => one.Number == version).Version.Charges
            .FirstOrDefault(charge => charge.Id == id), found, new IdSet());
        for (var row = 0; row < rows.Count; row++)
        {
            SubscriptionReplay.Apply(replayed, row + 1, rows[row], 0);
            proof.Row(row + 1, rows[row], 0);
            proof.Snapshot(row + 1, replayed.Snapshot());
        }

        proof.Snapshot(rows.Count, State.Snapshot());
        proof.End();
        found.Violations.ShouldBeEmpty();
        return replayed;
    }

    private void Append(ReadOnlyMemory<byte> frame, int ids)
    {
        if (frame.IsEmpty)
            return;
        rows.Add(frame.ToArray());
        // Durable: the ids of the row know it.
        State.Ids.SetVersion(State.Ids.NextPosition - ids, State.Ids.NextPosition, rows.Count);
        State.Chained(rows.Count, 0);
    }
}
