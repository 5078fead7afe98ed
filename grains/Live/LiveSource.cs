// A subscription's totals for those who add them up.
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Grains.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Live;

/// <summary>Reads without asking the journal, unless somebody knows better: a total that is not the newest says so by its version.</summary>
internal static class LiveSource
{
    public static async Task<LiveTotals> Totals(SubscriptionActivation self, long atLeast, CancellationToken cancel)
    {
        if (self.Closed is { } why)
            throw new SubscriptionUnavailableException($"Subscription {self.Id} cannot be read now ({self.Refused(why)}).");
        if (self.Session is not { } session)
            return new LiveTotals { Subscription = self.Id, Version = 0, Rows = [] };
        try
        {
            // One turn: what changes after it is reported again.
            session.Reported();
            var rows = UsageRows.Live(session.State, self.Services.Clock.Now);
            var version = await session.Flushed();
            if (version < atLeast)
                await session.UpToDate(cancel);
            return new LiveTotals { Subscription = self.Id, Version = version, Rows = rows };
        }
        catch (StorageException)
        {
            throw new SubscriptionUnavailableException($"Subscription {self.Id} cannot be read now: the store is away.");
        }
        catch (JournalException fault)
        {
            throw new SubscriptionUnavailableException($"Subscription {self.Id} cannot be read now ({self.Poisoned(fault)}).");
        }
    }
}
