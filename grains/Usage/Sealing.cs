// Seals a period on a quiet session, or finds the seal that stands in the journal.
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>Runs inside <see cref="SubscriptionSession.Quiesce"/>: nothing is under way, no batch comes in between.</summary>
internal static class Sealing
{
    /// <summary>The seal frame, durable. Sealing twice answers the first seal.</summary>
    public static async Task<ReadOnlyMemory<byte>> Sealed(SubscriptionActivation self, string calendar, BillingPeriod period, CancellationToken cancel)
    {
        var (session, journal) = (self.Session!, self.Services.Journal);
        if (session.State.Seals.Find(mark => mark.Calendar == calendar && mark.Label == period.Label) is { } mark)
            return SealFrame.Write(await Stored(mark, session.Stream, journal, cancel));
        // A later seal has taken what this one would have held: its lines stand on the later document.
        if (session.State.NewestSeal(calendar) is { } newest && newest.PeriodEnd >= period.End)
            return SealFrame.Write(new Seal(calendar, period.Label, period.End, session.State.LastRecordedMicros, []));
        var before = await self.TermsBefore(calendar, cancel);
        var terms = await self.Services.Resolver.WithPauses(self.Terms!, cancel);
        await PoolDesk.Settle(session, terms, self.NowMicros);
        var seal = SealDecider.Decide(session.State, terms, calendar, period, session.Head, self.NowMicros, termsBefore: before);
        var frame = SealFrame.Write(seal);
        SealFrame.Apply(session.State, 0, seal);
        await session.Append(frame);
        session.State.Seals[^1] = session.State.Seals[^1] with { Version = session.Head };
        return frame;
    }

    /// <summary>The seal frame that <see cref="Sealed"/> would journal now. Changes nothing.</summary>
    public static async Task<ReadOnlyMemory<byte>> Previewed(SubscriptionActivation self, string calendar, BillingPeriod period, BillingPeriod? sealedBefore,
        CancellationToken cancel)
    {
        var (session, journal) = (self.Session!, self.Services.Journal);
        if (session.State.Seals.Find(mark => mark.Calendar == calendar && mark.Label == period.Label) is { } mark)
            return SealFrame.Write(await Stored(mark, session.Stream, journal, cancel));
        if (session.State.NewestSeal(calendar) is { } newest && newest.PeriodEnd >= period.End)
            return SealFrame.Write(new Seal(calendar, period.Label, period.End, session.State.LastRecordedMicros, []));
        var before = await self.TermsBefore(calendar, cancel);
        var terms = await self.Services.Resolver.WithPauses(self.Terms!, cancel);
        return SealFrame.Write(SealDecider.Decide(session.State, terms, calendar, period, session.Head, self.NowMicros, sealedBefore, before));
    }

    private static async Task<Seal> Stored(SealMark mark, long stream, IJournal journal, CancellationToken cancel)
    {
        var row = await journal.Row(stream, mark.Version, cancel);
        return SealFrame.Find(row.Frames.Span, mark.Calendar, mark.Label)
            ?? throw new JournalCorruptException(stream, mark.Version, $"The seal of {mark.Label} is not in its row.");
    }
}
