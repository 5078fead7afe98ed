// One comparison of a party's sums with the journals below it.
using System.Diagnostics;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Live;

namespace OrleansBilling.Grains.Live;

/// <summary>Done when nobody is behind the head that was read.</summary>
/// <param name="asOfMicros">Noted before the heads were read.</param>
internal sealed class RollupSweep(long asOfMicros, IReadOnlyList<ChildHead> heads)
{
    private readonly long began = Stopwatch.GetTimestamp();
    private List<ChildHead> behind = [.. heads];

    /// <summary>Everything durable until then is in the heads.</summary>
    public long AsOfMicros => asOfMicros;

    /// <summary>Since the heads were read.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(began);

    /// <summary>Whose totals are older than its head.</summary>
    public List<ChildHead> Behind(UsageRollup rollup)
    {
        behind = behind.FindAll(child => rollup.VersionOf(child.Subscription) < child.Head);
        return behind;
    }

    /// <summary>
    /// Asks as many as one slice allows. Downwards, but nothing below ever waits for a rollup, and the calls interleave (DECISIONS.md 50). Who cannot
    /// answer stays behind.
    /// </summary>
    public async Task<List<LiveTotals>> Ask(List<ChildHead> children, IGrainFactory grains, CancellationToken cancel)
    {
        var (start, answers) = (Stopwatch.GetTimestamp(), new List<LiveTotals>(children.Count));
        foreach (var batch in children.Chunk(Limits.ReportFanOut))
        {
            foreach (var answer in await Task.WhenAll(batch.Select(child => Ask(child, grains, cancel))))
            {
                if (answer is not null)
                    answers.Add(answer);
            }

            if (Stopwatch.GetElapsedTime(start) > Limits.SliceMax / 4)
                break;
        }

        return answers;
    }

    private static async Task<LiveTotals?> Ask(ChildHead child, IGrainFactory grains, CancellationToken cancel)
    {
        try
        {
            return await grains.GetGrain<IUsageSource>(child.Subscription).Totals(child.Head, cancel);
        }
        catch (Exception fault) when (fault is SubscriptionUnavailableException or TimeoutException or OrleansException)
        {
            return null;
        }
    }
}
