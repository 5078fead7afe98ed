// Holds on a subscription: decides with billing/, draws slices where a purse runs dry, answers when durable.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>The same shape as <see cref="Recording"/>: after any await, decide again.</summary>
internal static class HoldDesk
{
    /// <summary>Ends holds whose time is over; their money is free for what is decided next.</summary>
    public static void Expire(SubscriptionSession session, long nowMicros)
    {
        if (HoldDecider.Expire(session.State, nowMicros) is { IsEmpty: false } frames)
            _ = Ignore(session.Append(frames));
    }

    public static async Task<HoldAnswer> Do(SubscriptionActivation self, HoldCommand command, CancellationToken cancel)
    {
        if (self.Closed is { } why)
            return new HoldAnswer { State = self.Refused(why) };
        if (self.Session is null)
        {
            self.Leave();
            return new HoldAnswer { State = BatchState.Decided, Outcome = (byte)HoldOutcome.Refused, Refusal = (byte)UsageOutcome.UnknownSubscription };
        }

        try
        {
            return await Decide(self, self.Session, command, cancel);
        }
        catch (JournalException fault)
        {
            return new HoldAnswer { State = self.Poisoned(fault) };
        }
        catch (Exception fault) when (fault is StorageException or WalletAwayException)
        {
            return new HoldAnswer { State = BatchState.Unavailable };
        }
    }

    private static async Task<HoldAnswer> Decide(SubscriptionActivation self, SubscriptionSession session, HoldCommand command, CancellationToken cancel)
    {
        var dry = new Dictionary<string, WalletRefusal>();
        while (true)
        {
            await self.Ready(cancel);
            if (self.Closed is { } now)
                return new HoldAnswer { State = now };
            if (!session.HasRoom)
                return new HoldAnswer { State = BatchState.Overloaded };
            var nowMicros = self.NowMicros;
            if (command.Verb == HoldVerb.Capture && self.Terms!.NeedsReports && self.NoReports.IsMissing(nowMicros))
            {
                await self.NoReports.Stand(nowMicros);
                continue;
            }

            if (command.Verb == HoldVerb.Capture && !self.Untold.Stands && IsLate(session, command, nowMicros))
            {
                await self.Untold.Stand();
                continue;
            }

            // From here to the append there is no await.
            Expire(session, nowMicros);
            PoolDesk.Fill(session, self.Terms!, nowMicros);
            var decision = Decision(self, session, command, nowMicros, dry.Count > 0);
            if (decision.Short is not { } missing)
                return await Answered(self, session, decision, dry);
            if (dry.TryGetValue(missing.Funding.Wallet, out var refused) && missing.Missing >= refused.Needed)
                return Refused(missing, refused);
            if (await self.Purses.Draw(missing, missing.Missing) is { } refusal)
                dry[missing.Funding.Wallet] = await Smaller(self, session, command, missing, refusal);
        }
    }

    // A capture behind its hold's end may take by force what the wallet is told of.
    private static bool IsLate(SubscriptionSession session, HoldCommand command, long nowMicros) =>
        session.State.Holds.Find(command.Id) is { } hold
        && (hold.State == HoldState.Expired || (hold.State == HoldState.Held && hold.ExpiresMicros <= nowMicros));

    private static HoldDecision Decision(SubscriptionActivation self, SubscriptionSession session, HoldCommand command, long nowMicros, bool dry) =>
        command.Verb switch
        {
            HoldVerb.Place => HoldDecider.Place(session.State, self.Terms!, command.Id, command.BodyHash, command.Record,
                nowMicros + (command.ExpiresInSeconds * 1_000_000L), nowMicros, command.PartialStep, dry),
            HoldVerb.Capture => HoldDecider.Capture(session.State, self.Terms!, command.Id, command.Quantity, command.UsedMicros, nowMicros),
            HoldVerb.Release => HoldDecider.Release(session.State, command.Id, nowMicros),
            _ => HoldDecider.Read(session.State, command.Id),
        };

    // All of it is not to be had: for a part, whatever covers one more step is asked for.
    private static async Task<WalletRefusal> Smaller(SubscriptionActivation self, SubscriptionSession session, HoldCommand command, Shortage missing,
        WalletRefusal refusal)
    {
        if (command.Verb != HoldVerb.Place || command.PartialStep <= 0)
            return refusal;
        await self.Ready(CancellationToken.None);
        if (self.Closed is not null || HoldDecider.StepShortage(session.State, self.Terms!, command.Record, command.PartialStep) is not { } step)
            return refusal;
        return step.Funding.Wallet == missing.Funding.Wallet ? await self.Purses.Draw(step, missing.Missing) ?? refusal : refusal;
    }

    private static async Task<HoldAnswer> Answered(SubscriptionActivation self, SubscriptionSession session, HoldDecision decision,
        Dictionary<string, WalletRefusal> dry)
    {
        var view = decision.Hold is { } hold ? View(self.Terms!, hold) : null;
        await (decision.Frame.IsEmpty ? session.Settled() : session.AppendEvents(decision.Frame, decision.FirstId, decision.Ids));
        if (decision is { Outcome: HoldOutcome.Refused, Refusal: UsageOutcome.InsufficientAllowance })
            await session.UpToDate(CancellationToken.None);
        // What was forced is the wallet's loss. Not by the hold's parts: packages may have covered it then.
        if (decision.Hold is { State: HoldState.LateCaptured } && !decision.Frame.IsEmpty)
            await self.Purses.TellNow();
        await AfterUse.Done(self);
        return new HoldAnswer
        {
            State = BatchState.Decided,
            Outcome = (byte)decision.Outcome,
            Refusal = (byte)decision.Refusal,
            LimitingLevel = decision.Outcome == HoldOutcome.Done && dry.Count > 0 ? dry.Values.First().Level
                : decision.Refusal == UsageOutcome.InsufficientAllowance ? self.Terms!.Level
                : decision.Refusal == UsageOutcome.PartnerSuspended ? self.Terms!.Gate.Level : null,
            Hold = view,
        };
    }

    private static HoldAnswer Refused(Shortage missing, WalletRefusal refusal) => new()
    {
        State = BatchState.Decided,
        Outcome = (byte)HoldOutcome.Refused,
        Refusal = (byte)(missing.Funding.IsUpstream || refusal.IsUpstream ? UsageOutcome.UpstreamCredit : UsageOutcome.InsufficientFunds),
        LimitingLevel = refusal.Level,
    };

    private static HoldView View(SubscriptionTerms terms, Hold hold)
    {
        var leg = terms.Legs[HoldDecider.AmountLeg(terms)];
        return new HoldView
        {
            State = (byte)hold.State,
            Quantity = hold.Quantity,
            Amount = hold.Amount,
            CapturedQuantity = hold.CapturedQuantity,
            CapturedAmount = hold.CapturedAmount,
            ExpiresMicros = hold.ExpiresMicros,
            Agreement = leg.AgreementId,
            Plan = leg.PlanId,
        };
    }

    /// <summary>An append that nobody waits for.</summary>
    internal static async Task Ignore(Task append)
    {
        try
        {
            await append;
        }
        catch (JournalException)
        {
            // Whoever decides next on top of it waits for a later append, which fails with this one.
        }
    }
}
