// Subscriptions that go on under another name, remembered per process.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Events;

/// <summary>
/// Asked only when a subscription has refused something as no longer its own. A successor never changes; that there is none is believed for a second.
/// </summary>
public sealed class Continuations(IDefinitionStore store, TimeProvider time)
{
    private readonly BoundedCache<string, Known> known = new(Limits.TreeCacheMax);

    /// <summary>Id of the subscription that goes on, or null.</summary>
    public async ValueTask<string?> Of(string subscription, CancellationToken cancel)
    {
        if (known.TryGet(subscription, out var found) && (found.By is not null || time.GetElapsedTime(found.ReadAt) < Limits.AbsenceFresh))
            return found.By;
        var readAt = time.GetTimestamp();
        var stored = await store.Get(DefinitionKinds.Continuation, subscription, cancel);
        var by = stored is null ? null : Definitions.Stored<SubscriptionContinuation>(stored.Body).By;
        known.Set(subscription, new Known(by, readAt));
        return by;
    }

    private sealed record Known(string? By, long ReadAt);
}
