// Backfills on a subscription: takes one back with billing/, tells the wallets, answers when durable. Their events go the way of usage.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>The same shape as <see cref="CorrectionDesk"/>; nothing is ever short, since it only gives back.</summary>
internal static class BackfillDesk
{
    public static async Task<BackfillReport> Revert(SubscriptionActivation self, RevertCommand command, CancellationToken cancel)
    {
        if (self.Closed is { } why)
            return new BackfillReport { State = self.Refused(why) };
        if (self.Session is not { } session)
            return Nobody(self);
        try
        {
            while (true)
            {
                await self.Ready(cancel);
                if (self.Closed is { } now)
                    return new BackfillReport { State = now };
                if (!session.HasRoom)
                    return new BackfillReport { State = BatchState.Overloaded };
                if (session.State.Purses.Count == 0 || self.Untold.Stands)
                    break;
                await self.Untold.Stand();
            }

            // From here to the append there is no await.
            var revert = BackfillDecider.Revert(session.State, command.Backfill, command.Reason, self.NowMicros);
            if (revert.Frame.IsEmpty)
            {
                await UpToDate(session, cancel);
            }
            else
            {
                await session.AppendEvents(revert.Frame, revert.FirstId, revert.Events);
                await self.Purses.TellNow();
            }

            return Stands(session, command.Backfill);
        }
        catch (JournalException fault)
        {
            return new BackfillReport { State = self.Poisoned(fault) };
        }
        catch (Exception fault) when (fault is StorageException or WalletAwayException)
        {
            return new BackfillReport { State = BatchState.Unavailable };
        }
    }

    public static async Task<BackfillReport> Report(SubscriptionActivation self, string id, CancellationToken cancel)
    {
        Reading.RequireOpen(self, "read");
        if (self.Session is not { } session)
            return Nobody(self);
        var report = Stands(session, id);
        await Reading.UpToDate(self, cancel);
        return report;
    }

    private static BackfillReport Stands(SubscriptionSession session, string id)
    {
        var known = session.State.Backfills.Find(id);
        return new BackfillReport
        {
            State = BatchState.Decided,
            Accepted = known?.Events ?? 0,
            Amounts = [.. (known?.Parts ?? []).GroupBy(part => (part.Identity.Agreement, part.Identity.Plan)).Select(leg => new BackfillAmount
                { Agreement = leg.Key.Agreement, Plan = leg.Key.Plan, Amount = leg.Sum(part => part.Amount) })],
        };
    }

    private static async Task UpToDate(SubscriptionSession session, CancellationToken cancel)
    {
        await session.Settled();
        await session.UpToDate(cancel);
    }

    // It has counted nothing, so there is nothing to take back.
    private static BackfillReport Nobody(SubscriptionActivation self)
    {
        self.Leave();
        return new BackfillReport { State = BatchState.Decided };
    }
}
