// Takes a backfill back on every subscription that took part, and adds up what it has come to.
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Backfills;

namespace OrleansBilling.ClientApi.Backfills;

/// <summary>Every step can be repeated: a revert that stopped half-way goes on with the subscriptions that are left.</summary>
public sealed class BackfillReverting(IBackfillStore store, IGrainFactory grains, KnownFacts facts, BillingClock clock)
{
    private const int PageSize = 256;

    /// <summary>True: nothing of it stands any more. False: something is left to do, ask again.</summary>
    public async Task<bool> Revert(BackfillRow backfill, CancellationToken cancel)
    {
        await store.Move(backfill.Id, BackfillStates.Reverting, clock.Now, cancel);
        var command = new RevertCommand { Backfill = backfill.Id, Reason = backfill.Reason };
        var done = true;
        await Each(backfill.Id, standing: true, async subscription =>
        {
            if (await Revert(grains.GetGrain<ISubscriptionBackfills>(subscription), command, cancel))
                await store.Reverted(backfill.Id, subscription, cancel);
            else
                Volatile.Write(ref done, false);
        }, cancel);
        if (Volatile.Read(ref done))
            await store.Move(backfill.Id, BackfillStates.Reverted, clock.Now, cancel);
        return Volatile.Read(ref done);
    }

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
}
