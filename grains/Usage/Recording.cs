// Records a batch of events: fetches what needs an await, decides in one synchronous section, draws slices where a purse runs dry.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Grains.Streams;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// Interleaves: the invariant over every await is that state, ids and queue change together in one synchronous section after the last await
/// (architecture 3, step 2). A batch that lacks money is decided in parts, each on what is true then.
/// </summary>
internal static class Recording
{
    // What most batches are answered.
    private static readonly UsageAnswer OneAccepted = new() { State = BatchState.Decided, Outcomes = [(byte)UsageOutcome.Accepted] };

    public static Task<UsageAnswer> Record(SubscriptionActivation self, UsageBatch batch, CancellationToken cancel)
    {
        if (self.Closed is { } why)
            return Task.FromResult(Answer(self.Refused(why), batch.Count));
        return self.Session is { } session ? Decide(self, session, batch, cancel) : Task.FromResult(UnknownSubscription(self, batch.Count));
    }

    private static async Task<UsageAnswer> Decide(SubscriptionActivation self, SubscriptionSession session, UsageBatch batch, CancellationToken cancel)
    {
        var course = default(Course);
        try
        {
            while (true)
            {
                var (records, count) = (batch.Records[course.Bytes..], batch.Count - course.Decided);
                if (!self.IsReady)
                    await self.Ready(cancel);
                var epoch = session.Older.Epoch;
                var older = await session.Older.LookUp(session.State, records, count, cancel);
                if (self.Closed is { } now)
                    return Answer(course.Decided > 0 ? BatchState.Unknown : now, batch.Count);
                if (session.IsGated || epoch != session.Older.Epoch || !self.TermsAreCurrent)
                    continue;
                if (!session.HasRoom)
                    return Answer(course.Decided > 0 ? BatchState.Unknown : BatchState.Overloaded, batch.Count);
                var nowMicros = self.NowMicros;
                if (self.Terms!.NeedsReports && self.NoReports.IsMissing(nowMicros))
                {
                    await self.NoReports.Stand(nowMicros);
                    continue;
                }

                // From here to the append there is no await.
                HoldDesk.Expire(session, nowMicros);
                PoolDesk.Fill(session, self.Terms!, nowMicros);
                var decision = UsageDecider.Decide(session.State, self.Terms!, records.Span, count, nowMicros, older, course.Refusals);
                var append = decision.Accepted == 0 ? null : session.AppendEvents(decision.Frame, decision.FirstId, decision.Accepted);
                course.Add(decision);
                if (decision.Short is { } missing)
                {
                    course.Refuse(await self.Purses.Draw(missing, missing.Missing + (missing.Required * (count - decision.Outcomes.Length - 1))));
                    continue;
                }

                // What an earlier part of the batch appended is durable when the newest append is.
                await (append ?? session.Settled());
                // An append proves that nobody else has one; a refusal must not rest on packages that another activation has added to.
                if (append is null && decision.Limits.Count > 0 && decision.Outcomes.Contains(UsageOutcome.InsufficientAllowance))
                    await session.UpToDate(cancel);
                await AfterUse.Done(self);
                return course.Answer(decision);
            }
        }
        catch (Exception fault) when (fault is JournalException or StorageException or WalletAwayException)
        {
            return Failed(self, fault, course.Decided, batch.Count);
        }
    }

    // Where some of it was taken, whether that is durable is not known here.
    private static UsageAnswer Failed(SubscriptionActivation self, Exception fault, int decided, int count)
    {
        var state = fault is JournalException append ? self.Poisoned(append) : BatchState.Unavailable;
        if (fault is StorageException && decided == 0)
            SessionLog.LoadFailed(self.Services.Log, fault, self.Id);
        return Answer(decided > 0 ? BatchState.Unknown : state, count);
    }

    public static UsageAnswer Answer(BatchState state, int count)
    {
        var outcomes = new byte[count];
        Array.Fill(outcomes, (byte)UsageOutcome.Unknown);
        return new UsageAnswer { State = state, Outcomes = outcomes };
    }

    private static UsageAnswer UnknownSubscription(SubscriptionActivation self, int count)
    {
        self.Leave();
        var outcomes = new byte[count];
        Array.Fill(outcomes, (byte)UsageOutcome.UnknownSubscription);
        return new UsageAnswer { State = BatchState.Decided, Outcomes = outcomes };
    }

    // How far a batch has come. Most are decided in one part and never fill the lists.
    private struct Course
    {
        private List<byte>? outcomes;
        private List<LimitedEvent>? limited;

        public int Decided { get; private set; }
        public int Bytes { get; private set; }
        public List<WalletRefusal>? Refusals { get; private set; }

        public void Add(in UsageDecision decision)
        {
            foreach (var (index, level) in decision.Limits)
                (limited ??= []).Add(new LimitedEvent { Index = Decided + index, Level = level });
            if (decision.Short is null)
                return;
            outcomes ??= [];
            foreach (var outcome in decision.Outcomes)
                outcomes.Add((byte)outcome);
            Decided += decision.Outcomes.Length;
            Bytes += decision.Bytes;
        }

        // A newer refusal says more than an older one of the same wallet.
        public void Refuse(WalletRefusal? refusal)
        {
            if (refusal is null)
                return;
            Refusals ??= [];
            Refusals.RemoveAll(older => older.Wallet == refusal.Wallet);
            Refusals.Add(refusal);
        }

        public readonly UsageAnswer Answer(in UsageDecision last)
        {
            if (outcomes is null && last is { Accepted: 1, Outcomes.Length: 1 })
                return OneAccepted;
            var rest = Array.ConvertAll(last.Outcomes, outcome => (byte)outcome);
            return new UsageAnswer
            {
                State = BatchState.Decided,
                Outcomes = outcomes is null ? rest : [.. outcomes, .. rest],
                Limited = limited is null ? [] : [.. limited],
            };
        }
    }
}
