// Delivery reports on a subscription that name a message, and messages of which no report came: finds the events, the rest is a correction each.
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Deliveries;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>A message may have an event for each of its parts; a report of the whole message is one of each.</summary>
internal static class DeliveryDesk
{
    /// <summary>Whether the journal says already that a message arrived; asked only where somebody is refunded when nothing is heard of it.</summary>
    public static async Task<bool> IsSeen(SubscriptionActivation self, SubscriptionSession session, UInt128 eventHash, CancellationToken cancel)
    {
        await self.Ready(cancel);
        return self.Terms is { NeedsReports: true }
            && await CorrectionDesk.Find(self, session, DeliveryDecider.SeenOf(eventHash), cancel) is not null;
    }

    /// <summary>Reports every event of the message that the command names; one that is refused ends it, and the same again goes on.</summary>
    public static async Task<CorrectionAnswer> OfMessage(SubscriptionActivation self, SubscriptionSession session, CorrectionCommand command,
        CancellationToken cancel)
    {
        await self.Ready(cancel);
        if (self.Closed is { } closed)
            return new CorrectionAnswer { State = closed };
        await session.Settled();
        var events = await self.Messages.Find(session, command.MessageId!, command.Part, self.NowMicros - (Limits.IdRetention.BclCompatibleTicks / 10), cancel);
        var answers = new List<CorrectionAnswer>();
        foreach (var one in events)
        {
            var named = command with { MessageId = null, Source = one.Source, EventId = one.Id, TimeMicros = one.TimeMicros };
            var answer = await CorrectionDesk.Decide(self, session, named, cancel);
            if (answer.State != BatchState.Decided || (CorrectionOutcome)answer.Outcome is not (CorrectionOutcome.Done or CorrectionOutcome.Unchanged))
                return answer;
            answers.Add(answer);
        }

        if (answers.Count > 0)
            return Together(answers);
        // Another activation may have accepted it.
        await session.UpToDate(cancel);
        return new CorrectionAnswer { State = BatchState.Decided, Outcome = (byte)CorrectionOutcome.UnknownEvent };
    }

    /// <summary>
    /// Refunds messages that were recorded in (from, to] and of which nothing was heard; answers how many. 0: none is left. Null: nothing can be said now.
    /// </summary>
    public static async Task<int?> NoReports(SubscriptionActivation self, long fromMicros, long toMicros, CancellationToken cancel)
    {
        Reading.RequireOpen(self, "asked");
        if (self.Session is not { } session)
            return 0;
        try
        {
            await self.Ready(cancel);
            if (self.Closed is not null || !self.Terms!.NeedsReports)
                return self.Closed is null ? 0 : null;
            await session.Settled();
            var unheard = new Unheard(fromMicros, toMicros);
            var first = 1 + session.State.Seals.Where(seal => seal.RecordedMicros <= fromMicros).Select(seal => seal.Version).DefaultIfEmpty(0).Max();
            await foreach (var row in session.Older.Rows(first, session.Head, cancel))
                SubscriptionReplay.Visit(row.Frames.Span, unheard);
            var some = unheard.Left(session.State, self.Terms!).Take(Limits.NoReportSliceMax).ToList();
            var refunded = 0;
            foreach (var one in some)
            {
                var answer = await CorrectionDesk.Decide(self, session, new CorrectionCommand
                {
                    Id = "no-report", Source = one.Source, EventId = one.Id, TimeMicros = one.TimeMicros,
                    Delivery = DeliveryRules.Unknown, Reason = $"no report within {Limits.NoReportHours} hours",
                }, cancel);
                if (answer.State != BatchState.Decided)
                    return null;
                refunded += (CorrectionOutcome)answer.Outcome == CorrectionOutcome.Done ? 1 : 0;
            }

            return refunded;
        }
        catch (JournalException fault)
        {
            self.Poisoned(fault);
            return null;
        }
        catch (Exception fault) when (fault is StorageException or WalletAwayException)
        {
            return null;
        }
    }

    private static CorrectionAnswer Together(List<CorrectionAnswer> answers)
    {
        var done = answers.Where(answer => (CorrectionOutcome)answer.Outcome == CorrectionOutcome.Done).ToList();
        return done.Count == 0 ? answers[0] : done[0] with
        {
            Effects = [.. done.SelectMany(answer => answer.Effects).GroupBy(effect => (effect.Agreement, effect.Plan, effect.Period, effect.Late))
                .Select(same => same.First() with { Amount = same.Sum(effect => effect.Amount) })],
        };
    }

    private sealed class Unheard(long fromMicros, long toMicros) : UsageVisitor
    {
        private readonly Dictionary<UInt128, (MessageEvent Event, LegAmount[] Legs)> waiting = [];
        private readonly HashSet<UInt128> heard = [];
        private long recorded;

        public override void Begin(long recordedMicros) => recorded = recordedMicros;

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            if (Correction.Is(record))
            {
                if (Correction.RequestOf(record) is { Delivery: not null } report)
                    heard.Add(report.EventHash);
            }
            else if (recorded > fromMicros && recorded <= toMicros && !BackfillName.Is(record.Source) && legs.Length > 0)
                waiting[record.IdHash] = (new MessageEvent(Encoding.UTF8.GetString(record.Source), Encoding.UTF8.GetString(record.Id), record.TimeMicros),
                    legs.ToArray());
        }

        // What was retracted or refunded meanwhile has nothing left to refund.
        public IEnumerable<MessageEvent> Left(SubscriptionState state, SubscriptionTerms terms) => waiting.Where(one => !heard.Contains(one.Key)
            && !state.Corrections.Of(one.Key).Any(correction => correction.Request.Delivery is not null)
            && DeliveryDecider.IsRefundedUnheard(state, terms, one.Key, one.Value.Legs)).Select(one => one.Value.Event);
    }
}
