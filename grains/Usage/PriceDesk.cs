// Price corrections on a subscription: finds the events, decides with billing/, takes by force what no wallet hands out, answers when durable.
using System.Diagnostics;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>The same shape as <see cref="CorrectionDesk"/>, for many events: each is decided on what is true then.</summary>
internal static class PriceDesk
{
    public static async Task<RepriceAnswer> Do(SubscriptionActivation self, RepriceCommand command, CancellationToken cancel)
    {
        if (self.Closed is { } why)
            return new RepriceAnswer { State = self.Refused(why) };
        if (self.Session is not { } session)
        {
            self.Leave();
            var unknown = command.Prices.Select(_ => (byte)CorrectionOutcome.UnknownEvent);
            return new RepriceAnswer { State = BatchState.Decided, Done = true, Outcomes = [.. unknown] };
        }

        try
        {
            return command.Window is { } window
                ? await Slice(self, session, command, window, cancel)
                : await Named(self, session, command, cancel);
        }
        catch (JournalException fault)
        {
            return new RepriceAnswer { State = self.Poisoned(fault) };
        }
        catch (Exception fault) when (fault is StorageException or WalletAwayException)
        {
            return new RepriceAnswer { State = BatchState.Unavailable };
        }
    }

    private static async Task<RepriceAnswer> Named(SubscriptionActivation self, SubscriptionSession session, RepriceCommand command, CancellationToken cancel)
    {
        var outcomes = new byte[command.Prices.Length];
        for (var index = 0; index < outcomes.Length; index++)
        {
            var price = command.Prices[index];
            var hash = UsageRecord.IdHashOf(price.Source, price.EventId);
            var request = new CorrectionRequest(PriceChange.IdOf(command.Id, hash, price.Agreement), price.Source, price.EventId, price.TimeMicros, null,
                command.Reason, Price: new PriceChange(price.Agreement, price.UnitPrice, price.Amount));
            var original = CorrectionDecider.IsTooLate(price.TimeMicros, self.NowMicros) ? null : await CorrectionDesk.Find(self, session, hash, cancel);
            if (await One(self, session, request, original, Repricing.Named, cancel) is not { } outcome)
                return new RepriceAnswer { State = self.Closed ?? BatchState.Overloaded };
            outcomes[index] = (byte)outcome;
        }

        return await Answered(self, session, new RepriceAnswer { State = BatchState.Decided, Outcomes = outcomes, Done = true }, command, cancel);
    }

    private static async Task<RepriceAnswer> Slice(SubscriptionActivation self, SubscriptionSession session, RepriceCommand command, PriceWindow window,
        CancellationToken cancel)
    {
        await self.Ready(cancel);
        if (self.Closed is { } closed)
            return new RepriceAnswer { State = closed };
        var began = Stopwatch.GetTimestamp();
        var rater = await self.Services.Resolver.Rater(window.Agreement, window.Plan, cancel);
        var (found, after) = await Scan(session, command, window, rater, cancel);
        var cost = self.Terms!.Legs.FirstOrDefault(leg => leg.Agreement.Buyer == rater.Agreement.Seller && leg.Currency == rater.Currency)?.AgreementId;
        var (notPriced, full, done) = (0, false, !found.IsFull);
        foreach (var one in found.Events)
        {
            full = session.State.Corrections.All.Count >= Limits.CorrectionsKept;
            if (full || Stopwatch.GetElapsedTime(began) > Limits.SliceMax)
            {
                (done, after) = (full, one.Version - 1);
                break;
            }

            found.Passed(one);
            var outcome = await One(self, session, one.Request, one.Event, force => new Repricing(rater, cost, found.PendingOf, force), cancel);
            if (outcome is null)
                return new RepriceAnswer { State = self.Closed ?? BatchState.Overloaded };
            notPriced += outcome == CorrectionOutcome.Refused ? 1 : 0;
        }

        return await Answered(self, session, new RepriceAnswer
        {
            State = BatchState.Decided, Done = done, After = after, NotPriced = notPriced, IsFull = full,
        }, command, cancel);
    }

    // Only where prices go by what came before must all that is left of the window be read.
    private static async Task<(WindowScan Found, long After)> Scan(SubscriptionSession session, RepriceCommand command, PriceWindow window, LegRater rater,
        CancellationToken cancel)
    {
        var pairs = window.Match.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1])).ToList();
        var found = new WindowScan(session.State, new PricedWindow(window.Agreement, window.Plan, window.PlanVersion, window.FromMicros, window.ToMicros,
            window.Meter, pairs), command.Id, command.Reason, Limits.RepriceSliceMax);
        var needsAll = rater.CountsWholePeriod(window.PlanVersion, window.Meter);
        var after = Math.Max(command.After, BeforeWindow(session.State, window.FromMicros));
        await foreach (var row in session.Older.Rows(after + 1, session.Head, cancel))
        {
            found.Version = row.Version;
            SubscriptionReplay.Visit(row.Frames.Span, found);
            if (!found.IsFull)
                after = row.Version;
            else if (!needsAll)
                break;
        }

        return (found, after);
    }

    // Nothing of the window was accepted before a seal that was recorded when all of it was still in the future.
    private static long BeforeWindow(SubscriptionState state, long fromMicros) => state.Seals
        .Where(seal => seal.RecordedMicros < fromMicros - (Limits.ClockSkewMax.BclCompatibleTicks / 10)).Select(seal => seal.Version).DefaultIfEmpty(0).Max();

    // Null: nothing can be decided here now.
    private static async Task<CorrectionOutcome?> One(SubscriptionActivation self, SubscriptionSession session, CorrectionRequest request,
        JournaledEvent? original, Func<bool, Repricing> by, CancellationToken cancel)
    {
        for (var force = false; ;)
        {
            await self.Ready(cancel);
            if (self.Closed is not null || !session.HasRoom)
                return null;
            if (session.State.Purses.Count > 0 && !self.Untold.Stands)
            {
                await self.Untold.Stand();
                continue;
            }

            // From here to the append there is no await.
            HoldDesk.Expire(session, self.NowMicros);
            var decision = PriceDecider.Decide(session.State, request, original, by(force), self.NowMicros);
            if (decision.Short is not { } missing)
            {
                if (!decision.Frame.IsEmpty)
                    await session.AppendEvents(decision.Frame, decision.FirstId, 1);
                return decision.Outcome;
            }

            force = await self.Purses.Draw(missing, missing.Missing) is not null;
        }
    }

    private static async Task<RepriceAnswer> Answered(SubscriptionActivation self, SubscriptionSession session, RepriceAnswer answer, RepriceCommand command,
        CancellationToken cancel)
    {
        await session.Settled();
        await session.UpToDate(cancel);
        // What came back or was forced is the wallet's to know from now on.
        await self.Purses.TellNow();
        var prefix = PriceChange.PrefixOf(command.Id);
        var mine = session.State.Corrections.All.Where(one => one.Request.Id.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return answer with { Corrected = mine.Count, Effects = CorrectionDesk.Effects(session.State, mine) };
    }
}
