// Tells parties the totals of the subscriptions that have changed: one reporter per process, in batches, the rarer the more there are.
using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Live;

/// <summary>A report that is lost costs time and nothing else: parties compare what they know with the journal (<see cref="RollupKeeper"/>).</summary>
public sealed partial class UsageReporter(IGrainFactory grains, IDefinitionStore definitions, ILogger<UsageReporter> log) : BackgroundService
{
    private readonly ConcurrentQueue<Change> changes = new();
    private readonly ConcurrentDictionary<string, string[]> above = new();
    private readonly ConcurrentDictionary<string, long> declined = new();
    private int moves;

    /// <summary>A subscription has appended something since its last report.</summary>
    public void Dirty(string subscription, string customer) => changes.Enqueue(new Change(subscription, customer));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Limits.ReportMin);
        var last = Stopwatch.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (changes.IsEmpty || Stopwatch.GetElapsedTime(last) < Wait(changes.Count))
                continue;
            try
            {
                await Report(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                NotReported(log, fault);
            }

            last = Stopwatch.GetTimestamp();
        }
    }

    // Half a millisecond a subscription: 500 wait as long as one, 10,000 wait five seconds.
    private static TimeSpan Wait(int dirty) => Limits.ReportMax / Limits.ReportDirtyMax * Math.Min(dirty, Limits.ReportDirtyMax);

    private async Task Report(CancellationToken cancel)
    {
        await ForgetMoved(cancel);
        var reports = new Dictionary<string, List<LiveTotals>>(StringComparer.Ordinal);
        var asked = new List<(string[] Parties, Task<LiveTotals> Totals)>(Limits.ReportFanOut);
        for (var left = changes.Count; left > 0 && changes.TryDequeue(out var change); left--)
        {
            var parties = await Parties(change.Customer, cancel);
            if (parties.Length > 0)
                asked.Add((parties, grains.GetGrain<IUsageSource>(change.Subscription).Totals(0, cancel)));
            if (asked.Count == Limits.ReportFanOut)
                await Gather(asked, reports);
        }

        await Gather(asked, reports);
        foreach (var (party, totals) in reports)
        {
            foreach (var batch in totals.Chunk(Limits.LiveReportMax))
            {
                if (!await grains.GetGrain<IUsageRollupGrain>(party).Report(batch, cancel))
                    Decline(party);
            }
        }
    }

    private async Task Gather(List<(string[] Parties, Task<LiveTotals> Totals)> asked, Dictionary<string, List<LiveTotals>> reports)
    {
        foreach (var (parties, task) in asked)
        {
            try
            {
                var totals = await task;
                foreach (var party in parties)
                {
                    if (!reports.TryGetValue(party, out var list))
                        reports[party] = list = [];
                    list.Add(totals);
                }
            }
            catch (Exception fault) when (fault is SubscriptionUnavailableException or TimeoutException or OrleansException)
            {
                // Its next activation appends again, or the party asks.
                NotAsked(log, fault);
            }
        }

        asked.Clear();
    }

    private async Task ForgetMoved(CancellationToken cancel)
    {
        var counted = (await definitions.Get(DefinitionKinds.Moves, Identifiers.AllMoves, cancel))?.Version ?? 0;
        if (counted != moves)
            above.Clear();
        moves = counted;
    }

    // The parties above a subscription that want to be told.
    private async ValueTask<string[]> Parties(string customer, CancellationToken cancel)
    {
        if (!above.TryGetValue(customer, out var parties))
        {
            parties = await Above(customer, cancel);
            if (above.Count >= Limits.TreeCacheMax)
                above.Clear();
            above[customer] = parties;
        }

        return Array.TrueForAll(parties, Wants) ? parties : Array.FindAll(parties, Wants);
    }

    // The customer, its partner, and all partners above that one.
    private async Task<string[]> Above(string customer, CancellationToken cancel)
    {
        var parties = new List<string> { customer };
        var parent = (await definitions.Get(DefinitionKinds.Customer, customer, cancel))?.Parent;
        while (parent is not null && parties.Count <= Limits.TreeDepthMax)
        {
            parties.Add(parent);
            parent = (await definitions.Get(DefinitionKinds.Partner, parent, cancel))?.Parent;
        }

        return [.. parties];
    }

    private bool Wants(string party) => !declined.TryGetValue(party, out var at) || Stopwatch.GetElapsedTime(at) >= Limits.ReportDeclined;

    private void Decline(string party)
    {
        if (declined.Count >= Limits.TreeCacheMax)
            declined.Clear();
        declined[party] = Stopwatch.GetTimestamp();
    }

    [LoggerMessage(1301, LogLevel.Warning, "Totals were not reported: live figures of parties come later")]
    private static partial void NotReported(ILogger log, Exception fault);

    [LoggerMessage(1302, LogLevel.Debug, "A subscription could not tell its totals now")]
    private static partial void NotAsked(ILogger log, Exception fault);

    private readonly record struct Change(string Subscription, string Customer);
}
