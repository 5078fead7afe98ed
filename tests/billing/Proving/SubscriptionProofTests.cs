// The proof of a stream against histories that the deciders made: all of them hold, and a snapshot that says something else is found.
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Proving;

public sealed class SubscriptionProofTests
{
    [Fact]
    public void every_history_holds_with_its_snapshots()
    {
        var (events, seals) = (0L, 0L);
        for (var seed = 1; seed <= 300; seed++)
        {
            var found = Prove(new LiveRun(seed, History.Of(seed)), snapshot => snapshot);
            found.Violations.ShouldBeEmpty($"seed {seed}");
            (events, seals) = (events + found.Events, seals + found.Seals);
        }

        events.ShouldBeGreaterThan(1_000);
        seals.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void a_snapshot_that_says_something_else_is_found()
    {
        var caught = 0;
        for (var seed = 1; seed <= 10; seed++)
        {
            var found = Prove(new LiveRun(seed, History.Of(seed)), Dearer);
            caught += found.Violations.Count(violation => violation.Rule == ProofRules.Snapshot);
        }

        caught.ShouldBeGreaterThan(5);
    }

    static ProofFindings Prove(LiveRun run, Func<byte[], byte[]> change)
    {
        var found = new ProofFindings();
        var proof = new SubscriptionProof("s", (plan, version, charge) => History.Terms.Legs.Where(leg => leg.PlanId == plan)
            .SelectMany(leg => leg.Plan.Versions).First(one => one.Number == version).Version.Charges.First(one => one.Id == charge), found, new IdSet());
        var snapshots = run.Snapshots.ToLookup(one => one.Version, one => one.Snapshot);
        foreach (var (version, frames) in run.Rows)
        {
            proof.Row(version, frames, LiveRun.Checksum(frames));
            foreach (var snapshot in snapshots[version])
                proof.Snapshot(version, change(snapshot));
        }

        proof.End();
        return found;
    }

    static byte[] Dearer(byte[] snapshot)
    {
        var state = SubscriptionSnapshot.Read(snapshot)!;
        if (state.CellCount > 0)
            state.CellAt(state.CellCount - 1).Amount += 0.01m;
        return SubscriptionSnapshot.Write(state).ToArray();
    }
}
