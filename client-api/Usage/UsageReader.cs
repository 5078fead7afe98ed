// Asks subscriptions for their live usage, many at a time but never all.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>A party with many subscriptions keeps sums, which say as of when they hold; everything else comes from the subscriptions and is exact.</summary>
public sealed class UsageReader(IGrainFactory grains, IDefinitionStore store, IPartyTree tree, UsageParts parts, KnownFacts facts,
    BillingClock clock, JournalUsage journal)
{
    private readonly BoundedCache<(string Kind, string Id), string> existing = new(Limits.TreeCacheMax);

    // Sums that are older than what was told already would take a figure back: until they have caught up, the subscriptions are asked.
    private readonly BoundedCache<string, Told> told = new(Limits.TreeCacheMax);

    /// <summary>Usage of one subscription, customer or partner; null: missing, or not the caller's.</summary>
    public async Task<UsageView?> Read(ApiCaller caller, UsageQuestion asked, CancellationToken cancel)
    {
        var (kind, id, period) = (asked.Kind, asked.Id, asked.Period);
        var seen = await parts.Seen(caller, asked, cancel);
        if (seen.Count == 0 || !await Exists(kind, id, cancel))
            return null;
        if (asked.IsOfJournal)
            return await journal.Read(caller, asked, parts.Of(seen, asked, cancel), cancel);
        var sum = new UsageSum(caller, facts, asked.ByCharge);
        var moves = await tree.Moves(cancel);
        var whole = await parts.AreWhole(seen, asked, cancel);
        var known = kind == DefinitionKinds.Subscription || asked.Exact || !whole ? null : await grains.GetGrain<IUsageRollupGrain>(id).Read(period, cancel);
        // The sums may have let go somebody whose move was not known here: who lies below whom is asked again.
        if (known is { Known: true } && known.Moves > moves)
        {
            await tree.Look(cancel);
            return await Read(caller, asked, cancel);
        }

        if (known is { Known: true } && !(told.TryGet(id, out var newest) && known.AsOfMicros < newest.AsOfMicros))
        {
            await sum.Add(known, cancel);
            return sum.View(period ?? "current", clock.Now);
        }

        if (kind == DefinitionKinds.Subscription && whole)
            await sum.Add(await Ask(id, period, cancel), cancel);
        else
        {
            await AddAll(sum, parts.Of(seen, asked, cancel), asked, cancel);
            // Only before there were sums: asked again and again while they catch up, they would never be believed.
            if (known is { Known: false })
                told.Set(id, new Told(Micros.Of(sum.AsOf ?? clock.Now)));
        }

        return sum.View(period ?? "current", clock.Now);
    }

    // What exists is never taken away, so a live read of a known party asks the store nothing.
    private async ValueTask<bool> Exists(string kind, string id, CancellationToken cancel)
    {
        if (existing.TryGet((kind, id), out _))
            return true;
        if (await store.Get(kind, id, cancel) is null)
            return false;
        existing.Set((kind, id), id);
        return true;
    }

    // A sliding window: whichever is first asked is added first, and the next is asked at once.
    private async Task AddAll(UsageSum sum, IAsyncEnumerable<UsagePart> subscriptions, UsageQuestion question, CancellationToken cancel)
    {
        var asked = new Queue<Task<UsageReport>>();
        await foreach (var part in subscriptions.WithCancellation(cancel))
        {
            if (asked.Count == Limits.UsageFanOut)
                await sum.Add(await asked.Dequeue(), cancel);
            asked.Enqueue(part.IsWhole ? Ask(part.Subscription.Id, question.Period, cancel) : journal.Report(part, question, cancel));
        }

        while (asked.TryDequeue(out var answer))
            await sum.Add(await answer, cancel);
    }

    private async Task<UsageReport> Ask(string subscription, string? period, CancellationToken cancel)
    {
        var grain = grains.GetGrain<ISubscriptionGrain>(subscription);
        try
        {
            return await grain.Usage(period, cancel);
        }
        catch (SubscriptionUnavailableException)
        {
            // It goes on in another process, which the next activation has read; if it is the store that is away, this fails as well.
            return await grain.Usage(period, cancel);
        }
    }

    private sealed record Told(long AsOfMicros);
}
