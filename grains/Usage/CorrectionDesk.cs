// Corrections on a subscription: finds the event in the journal, decides with billing/, draws slices for what costs more, answers when durable.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>The same shape as <see cref="Recording"/>: after any await, decide again. What was found in the journal stays true.</summary>
internal static class CorrectionDesk
{
    public static async Task<CorrectionAnswer> Do(SubscriptionActivation self, CorrectionCommand command, CancellationToken cancel)
    {
        if (self.Closed is { } why)
            return new CorrectionAnswer { State = self.Refused(why) };
        if (self.Session is null)
        {
            self.Leave();
            return Refused(UsageOutcome.UnknownSubscription, null);
        }

        try
        {
            return command.MessageId is null
                ? await Decide(self, self.Session, command, cancel)
                : await DeliveryDesk.OfMessage(self, self.Session, command, cancel);
        }
        catch (JournalException fault)
        {
            return new CorrectionAnswer { State = self.Poisoned(fault) };
        }
        catch (Exception fault) when (fault is StorageException or WalletAwayException)
        {
            return new CorrectionAnswer { State = BatchState.Unavailable };
        }
    }

    /// <summary>Corrects the event that the command names.</summary>
    internal static async Task<CorrectionAnswer> Decide(SubscriptionActivation self, SubscriptionSession session, CorrectionCommand command,
        CancellationToken cancel)
    {
        var request = new CorrectionRequest(command.Id, command.Source, command.EventId, command.TimeMicros, command.Quantity, command.Reason,
            command.Delivery);
        var original = (request.Delivery is not null || session.State.Corrections.Find(command.Id) is null)
            && !CorrectionDecider.IsTooLate(command.TimeMicros, self.NowMicros)
            ? await Find(self, session, request.EventHash, cancel)
            : null;
        var seen = original is not null && request.Delivery is not null && await DeliveryDesk.IsSeen(self, session, request.EventHash, cancel);
        var dry = new Dictionary<string, WalletRefusal>();
        while (true)
        {
            await self.Ready(cancel);
            if (self.Closed is { } now)
                return new CorrectionAnswer { State = now };
            if (!session.HasRoom)
                return new CorrectionAnswer { State = BatchState.Overloaded };
            if (session.State.Purses.Count > 0 && !self.Untold.Stands)
            {
                await self.Untold.Stand();
                continue;
            }

            // From here to the append there is no await.
            var nowMicros = self.NowMicros;
            HoldDesk.Expire(session, nowMicros);
            PoolDesk.Fill(session, self.Terms!, nowMicros);
            var decision = request.Delivery is null
                ? CorrectionDecider.Decide(session.State, self.Terms!, request, original, nowMicros)
                : DeliveryDecider.Decide(session.State, self.Terms!, request, original, nowMicros, seen);
            if (decision is { Outcome: CorrectionOutcome.Refused, Refusal: UsageOutcome.InsufficientAllowance })
            {
                await UpToDate(session, cancel);
                return Refused(decision.Refusal, self.Terms!.Level);
            }

            if (decision.Short is not { } missing)
                return await Answered(self, session, decision, cancel);
            if (dry.TryGetValue(missing.Funding.Wallet, out var refused) && missing.Missing >= refused.Needed)
                return Refused(missing.Funding.IsUpstream || refused.IsUpstream ? UsageOutcome.UpstreamCredit : UsageOutcome.InsufficientFunds,
                    refused.Level);
            if (await self.Purses.Draw(missing, missing.Missing) is { } refusal)
                dry[missing.Funding.Wallet] = refusal;
        }
    }

    // In memory an event has its row, once that is durable; of an older one the index knows rows that may hold it.
    internal static async Task<JournaledEvent?> Find(SubscriptionActivation self, SubscriptionSession session, UInt128 idHash, CancellationToken cancel)
    {
        while (self.Closed is null)
        {
            var epoch = session.Older.Epoch;
            if (session.State.Ids.TryGet(idHash, out var known))
            {
                if (known.Version != 0)
                    return await Read(session, [known.Version], idHash, cancel);
                await session.Settled();
                continue;
            }

            var rows = await session.Older.RowsOf(idHash, cancel);
            if (epoch == session.Older.Epoch)
                return await Read(session, rows, idHash, cancel);
        }

        return null;
    }

    private static async Task<JournaledEvent?> Read(SubscriptionSession session, IReadOnlyList<long> versions, UInt128 idHash,
        CancellationToken cancel)
    {
        foreach (var version in versions)
        {
            await foreach (var row in session.Older.Rows(version, version, cancel))
            {
                if (SubscriptionReplay.Read(row.Frames.Span, idHash) is { } found)
                    return found;
            }
        }

        return null;
    }

    private static async Task<CorrectionAnswer> Answered(SubscriptionActivation self, SubscriptionSession session, CorrectionDecision decision,
        CancellationToken cancel)
    {
        var effects = decision is { Outcome: CorrectionOutcome.Done, Correction: { } correction } ? Effects(session.State, [correction]) : [];
        // A refusal must not rest on what another activation has passed.
        await (decision.Frame.IsEmpty ? UpToDate(session, cancel) : session.AppendEvents(decision.Frame, decision.FirstId, 1));
        // What came back is the wallet's to recall from now on.
        if (!decision.Frame.IsEmpty)
            await self.Purses.TellNow();
        return new CorrectionAnswer
        {
            State = BatchState.Decided,
            Outcome = (byte)decision.Outcome,
            Refusal = (byte)decision.Refusal,
            Effects = effects,
        };
    }

    private static async Task UpToDate(SubscriptionSession session, CancellationToken cancel)
    {
        await session.Settled();
        await session.UpToDate(cancel);
    }

    /// <summary>What corrections have changed, by agreement, plan and period.</summary>
    internal static CorrectionEffect[] Effects(SubscriptionState state, IEnumerable<Correction> corrections) =>
        [.. corrections.SelectMany(correction => correction.Legs).Select(leg => (Leg: leg, state.CellAt(state.PositionOf(leg.Counted.Cell)).Identity))
            .GroupBy(one => (one.Identity.Agreement, one.Identity.Plan, one.Identity.Period.Label))
            .Select(legs => new CorrectionEffect
            {
                Agreement = legs.Key.Agreement,
                Plan = legs.Key.Plan,
                Period = legs.Key.Label,
                Late = legs.Last().Leg.Late,
                Amount = legs.Sum(one => one.Leg.Counted.Amount),
            })];

    private static CorrectionAnswer Refused(UsageOutcome refusal, string? level) => new()
    {
        State = BatchState.Decided,
        Outcome = (byte)CorrectionOutcome.Refused,
        Refusal = (byte)refusal,
        LimitingLevel = level,
    };
}
