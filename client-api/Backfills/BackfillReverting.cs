// Takes a backfill back on every subscription that took part, and adds up what it has come to.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Backfills;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.ClientApi.Backfills;

/// <summary>
/// Every step can be repeated: a revert that stopped half-way goes on with the subscriptions that are left. A row of due work stands for it until
/// none is left, so it goes on although nobody asks again.
/// </summary>
public sealed partial class BackfillReverting(IBackfillStore store, IDueWorkStore due, IGrainFactory grains, KnownFacts facts, BillingClock clock,
    ILogger<BackfillReverting> log)
{
    /// <summary>Kind of the due work.</summary>
    public const string DueKind = "revert";

    private const int PageSize = 256;

    /// <summary>True: nothing of it stands any more. False: something is left, which due work goes on with.</summary>
    public async Task<bool> Revert(BackfillRow backfill, CancellationToken cancel)
    {
        if (backfill.State == BackfillStates.Reverted)
            return true;
        // A lease: due once a revert that still lives has most likely ended. Another request moves it on, and only what it saw is removed.
        var work = new DueWork(clock.Now + NodaTime.Duration.FromTimeSpan(Limits.DueLease), Identifiers.Backfill(backfill.Id), DueKind);
        await due.SetDue(work, cancel);
        var done = await TakeBack(backfill, cancel);
        if (done)
            await due.ClearDue(work, cancel);
        return done;
    }

    /// <summary>What due work does. False: something is left, the row stays.</summary>
    public async Task<bool> GoOn(string id, CancellationToken cancel) =>
        await store.Get(id, cancel) is not { } backfill || backfill.State == BackfillStates.Reverted || await TakeBack(backfill, cancel);

    /// <summary>Accepted events and what stands, over all subscriptions; only what is durable.</summary>
    public async Task<BackfillTotals> Totals(BackfillRow backfill, CancellationToken cancel)
    {
        var reports = new System.Collections.Concurrent.ConcurrentBag<BackfillReport>();
        await Each(backfill.Id, standing: false, async subscription =>
            reports.Add(await grains.GetGrain<ISubscriptionBackfills>(subscription).Backfill(backfill.Id, cancel)), cancel);
        var amounts = new List<BackfilledAmount>();
        foreach (var leg in reports.SelectMany(report => report.Amounts).GroupBy(one => (one.Agreement, one.Plan))
            .OrderBy(leg => leg.Key.Agreement, StringComparer.Ordinal).ThenBy(leg => leg.Key.Plan, StringComparer.Ordinal))
        {
            var currency = await facts.CurrencyOf(leg.Key.Plan, cancel);
            amounts.Add(new BackfilledAmount(leg.Key.Agreement, new ExactMoney(AmountText.Exact(leg.Sum(one => one.Amount), currency), currency)));
        }

        return new BackfillTotals(Shape(backfill), reports.Sum(report => report.Accepted), amounts);
    }

    /// <summary>As told; one that was left open takes nothing after its days.</summary>
    public BackfillShape Shape(BackfillRow row) => new(row.Id, row.Reason,
        row.State == BackfillStates.Open && !TakesEvents(row) ? BackfillStates.Closed : row.State,
        row.OpenedAt, ClosesAt(row), row.ChangedAt, row.Subscriptions);

    /// <summary>Whether it is open and within its days.</summary>
    public bool TakesEvents(BackfillRow row) => row.State == BackfillStates.Open && clock.Now < ClosesAt(row);

    private static NodaTime.Instant ClosesAt(BackfillRow row) => row.OpenedAt + NodaTime.Duration.FromDays(Limits.BackfillOpenDays);

    private async Task<bool> TakeBack(BackfillRow backfill, CancellationToken cancel)
    {
        await store.Move(backfill.Id, BackfillStates.Reverting, clock.Now, cancel);
        var command = new RevertCommand { Backfill = backfill.Id, Reason = backfill.Reason };
        var done = true;
        await Each(backfill.Id, standing: true, async subscription =>
        {
            if (!await TakeBack(subscription, command, cancel))
                Volatile.Write(ref done, false);
        }, cancel);
        if (Volatile.Read(ref done))
            await store.Move(backfill.Id, BackfillStates.Reverted, clock.Now, cancel);
        return Volatile.Read(ref done);
    }

    // One that cannot be reached now holds up no other.
    private async Task<bool> TakeBack(string subscription, RevertCommand command, CancellationToken cancel)
    {
        try
        {
            if (!await Revert(grains.GetGrain<ISubscriptionBackfills>(subscription), command, cancel))
                return false;
            await store.Reverted(command.Backfill, subscription, cancel);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            NotReverted(log, fault, command.Backfill, subscription);
            return false;
        }
    }

    private static async Task<bool> Revert(ISubscriptionBackfills grain, RevertCommand command, CancellationToken cancel)
    {
        var answer = await grain.Revert(command, cancel);
        // Lost to another activation: the next one decides on what the other one wrote.
        if (answer.State == BatchState.Moved)
            answer = await grain.Revert(command, cancel);
        return answer.State == BatchState.Decided;
    }

    private async Task Each(string id, bool standing, Func<string, Task> work, CancellationToken cancel)
    {
        string? after = null;
        while (await store.Members(id, standing, after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var some in page.Chunk(Limits.BackfillFanOut))
                await Task.WhenAll(some.Select(work));
            after = page[^1];
        }
    }

    [LoggerMessage(1411, LogLevel.Warning, "Backfill {Backfill} could not be reverted on subscription {Subscription}: it is tried again")]
    private static partial void NotReverted(ILogger log, Exception fault, string backfill, string subscription);
}
