// I2, the other half: what the API says of live usage is the sum of the journal.
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>What the API answered for one subscription and period.</summary>
public sealed record LiveUsage(string Subscription, string Period, long Events, IReadOnlyDictionary<string, decimal> Amounts);

public static class UsageChecker
{
    /// <summary>Asks for every subscription and period.</summary>
    public static async Task<IReadOnlyList<LiveUsage>> Ask(Api api, World world, IReadOnlyList<string> periods, CancellationToken cancel)
    {
        var answers = new List<LiveUsage>();
        foreach (var subscription in world.Subscriptions)
        {
            foreach (var period in periods)
            {
                var (events, amounts) = await api.Usage(subscription, period, cancel);
                answers.Add(new LiveUsage(subscription, period, events, amounts));
            }
        }
        return answers;
    }

    public static void Check(IReadOnlyList<LiveUsage> live, ILookup<string, PlacedEvent> journal, Findings findings)
    {
        foreach (var answer in live)
        {
            var placed = journal[answer.Subscription].Where(one => one.Cells[one.Event.Legs[0].Cell].Period == answer.Period).ToList();
            findings.Require(placed.Count == answer.Events, Invariant.I2NothingTwice,
                () => $"{answer.Subscription}, {answer.Period}: the API counts {answer.Events} events, the journal has {placed.Count}.");
            var sums = placed.SelectMany(one => one.Event.Legs.Select(leg => (one.Cells[leg.Cell].Agreement, leg.Amount)))
                .GroupBy(leg => leg.Agreement).ToDictionary(leg => leg.Key, leg => leg.Sum(one => one.Amount));
            foreach (var agreement in sums.Keys.Union(answer.Amounts.Keys))
            {
                findings.Require(sums.GetValueOrDefault(agreement) == answer.Amounts.GetValueOrDefault(agreement), Invariant.I2NothingTwice,
                    () => $"{answer.Subscription}, {answer.Period}, {agreement}: the API says {answer.Amounts.GetValueOrDefault(agreement)}, the journal {sums.GetValueOrDefault(agreement)}.");
            }
        }
    }
}
