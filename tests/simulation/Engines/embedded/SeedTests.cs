// A few hundred seeds of random traffic with every fault: nothing over-spent, lost or made, and every run comes to rest.
using System.Collections.Concurrent;
using System.Globalization;
using OrleansBilling.Simulation.Tests.Auditing;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests;

public sealed class SeedTests
{
    private const int SeedCount = 300;

    [Fact]
    public void No_seed_over_spends_loses_or_makes_anything_and_all_come_to_rest()
    {
        var one = Environment.GetEnvironmentVariable("BILLING_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 0;
        var (failed, played) = (new ConcurrentDictionary<int, Findings>(), new ConcurrentBag<Left>());
        Seeds.Each(one == 0 ? 1 : one, one == 0 ? SeedCount : 1, seed =>
        {
            if (Seeds.Play(seed, out var findings) is { } left)
                played.Add(left);
            if (findings.All.Count > 0)
                failed[seed] = findings;
        });
        failed.ShouldBeEmpty(string.Join('\n', failed.OrderBy(run => run.Key).Take(3).Select(run => $"BILLING_SEED={run.Key} ./test simulation repeats this:\n{run.Value}")));
        if (one == 0)
            Happened(played);
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        foreach (var seed in Enumerable.Range(1, 5))
        {
            var (first, second) = (Simulation.Play(seed), Simulation.Play(seed));
            second.Fingerprint.ShouldBe(first.Fingerprint, $"seed {seed}");
            second.Rows.SelectMany(row => row.Payload).ShouldBe(first.Rows.SelectMany(row => row.Payload));
        }
    }

    // A simulation in which nothing happens finds nothing.
    private static void Happened(IReadOnlyCollection<Left> runs)
    {
        var facts = runs.SelectMany(run => run.Rows).SelectMany(row => row.Frames()).SelectMany(frame => frame.Facts).ToLookup(fact => fact.GetType());
        Type[] kinds = [typeof(SliceGranted), typeof(SliceReceived), typeof(SliceReturned), typeof(ParentReceived), typeof(ParentReturned), typeof(PaidOut),
            typeof(CreditExpired), typeof(TemporaryEnded), typeof(PackageGranted)];
        foreach (var kind in kinds)
            facts[kind].Count().ShouldBeGreaterThan(SeedCount / 10, kind.Name);
        foreach (var how in Enumerable.Range(2, 4))
            facts[typeof(HoldEnded)].Cast<HoldEnded>().Count(ended => ended.How == how).ShouldBeGreaterThan(SeedCount / 10, $"holds ended as {how}");
        facts[typeof(HoldEnded)].Cast<HoldEnded>().Count(ended => ended.Forced.Count > 0).ShouldBeGreaterThan(5);
        var parts = facts[typeof(EventCounted)].Cast<EventCounted>().SelectMany(counted => counted.Legs).ToList();
        parts.Count(part => part.Grant != 0).ShouldBeGreaterThan(SeedCount);
        parts.Count(part => part.IsFurther).ShouldBeGreaterThan(SeedCount / 10);
        var words = runs.SelectMany(run => run.Log.Entries).OfType<UsageAnswered>().SelectMany(answer => answer.Words).ToLookup(word => word);
        foreach (var word in new[] { "accepted", "duplicate", "conflict", "unknown", "untaken", "short", "refused" })
            words[word].Count().ShouldBeGreaterThan(SeedCount, word);
        words["closed"].Count().ShouldBeGreaterThan(SeedCount / 10);
        var reverts = facts[typeof(EventCounted)].Cast<EventCounted>().Where(counted => counted.Reverts is not null).SelectMany(counted => counted.Legs).ToList();
        reverts.Count(leg => leg.Amount < 0).ShouldBeGreaterThan(SeedCount);
        reverts.Count(leg => leg.Grant != 0).ShouldBeGreaterThan(SeedCount / 20);
        runs.Sum(run => run.Snapshots).ShouldBeGreaterThan(SeedCount);
        runs.Sum(run => run.Crashes).ShouldBeGreaterThan(SeedCount);
    }
}
