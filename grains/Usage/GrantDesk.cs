// Packages on a subscription: decides with billing/, draws slices for their price, answers when durable.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>The same shape as <see cref="Recording"/>: after any await, decide again.</summary>
internal static class GrantDesk
{
    public static async Task<GrantAnswer> Do(SubscriptionActivation self, GrantCommand command, CancellationToken cancel)
    {
        if (self.Closed is { } why)
            return new GrantAnswer { State = self.Refused(why) };
        if (self.Session is null)
        {
            self.Leave();
            return new GrantAnswer { State = BatchState.Decided, Outcome = (byte)GrantOutcome.NotActive };
        }

        try
        {
            return await Decide(self, self.Session, command, cancel);
        }
        catch (JournalException fault)
        {
            return new GrantAnswer { State = self.Poisoned(fault) };
        }
        catch (Exception fault) when (fault is StorageException or WalletAwayException)
        {
            return new GrantAnswer { State = BatchState.Unavailable };
        }
    }

    /// <summary>Every grant as it stands.</summary>
    public static GrantView[] Views(SubscriptionActivation self) =>
        [.. self.Session!.State.Grants.All.Select(grant => View(self.Terms!, grant))];

    private static async Task<GrantAnswer> Decide(SubscriptionActivation self, SubscriptionSession session, GrantCommand command, CancellationToken cancel)
    {
        var asked = new GrantRequest(command.Id, command.Agreement, command.Meter, command.Quantity, command.Price, command.StartsMicros,
            command.ExpiresMicros, command.Priority, (ExhaustedPolicy)command.OnExhausted, command.Limit)
        {
            Rollover = (RolloverRule)command.Rollover,
        };
        var dry = new Dictionary<string, WalletRefusal>();
        while (true)
        {
            await self.Ready(cancel);
            if (self.Closed is { } now)
                return new GrantAnswer { State = now };
            if (!session.HasRoom)
                return new GrantAnswer { State = BatchState.Overloaded };
            // From here to the append there is no await.
            var nowMicros = self.NowMicros;
            HoldDesk.Expire(session, nowMicros);
            PoolDesk.Fill(session, self.Terms!, nowMicros);
            var decision = GrantDecider.Decide(session.State, self.Terms!, asked, command.Seller, nowMicros, command.IsAdmitted);
            if (decision.Bought is { } bought)
                return await Priced(self, bought.Agreement, command.Price, bought.LastDay, cancel);
            if (decision.Short is not { } missing)
                return await Answered(self, session, decision, cancel);
            if (dry.TryGetValue(missing.Funding.Wallet, out var refused) && missing.Missing >= refused.Needed)
                return Short(missing, refused);
            if (await self.Purses.Draw(missing, missing.Missing) is { } refusal)
                dry[missing.Funding.Wallet] = refusal;
        }
    }

    private static async Task<GrantAnswer> Answered(SubscriptionActivation self, SubscriptionSession session, GrantDecision decision,
        CancellationToken cancel)
    {
        var view = decision.Grant is { } grant ? View(self.Terms!, grant) : null;
        if (decision.Frame.IsEmpty)
        {
            // A refusal must not rest on what another activation has passed.
            await session.Settled();
            await session.UpToDate(cancel);
        }
        else
            await session.Append(decision.Frame);
        return new GrantAnswer
        {
            State = BatchState.Decided,
            Outcome = (byte)decision.Outcome,
            Field = decision.Field,
            Detail = decision.Detail,
            Grant = view,
        };
    }

    private static async Task<GrantAnswer> Priced(SubscriptionActivation self, string agreement, decimal price, NodaTime.LocalDate lastDay,
        CancellationToken cancel) => new()
        {
            State = BatchState.Decided,
            Outcome = (byte)GrantOutcome.Unadmitted,
            Purchase = await self.Services.Purchases.Of(agreement, price, lastDay, cancel) is { } priced ? Billing.Json.Definitions.Write(priced) : null,
        };

    private static GrantAnswer Short(Shortage missing, WalletRefusal refusal) => new()
    {
        State = BatchState.Decided,
        Outcome = (byte)GrantOutcome.Short,
        LimitingLevel = refusal.Level,
        IsUpstream = missing.Funding.IsUpstream || refusal.IsUpstream,
    };

    private static GrantView View(SubscriptionTerms terms, Grant grant)
    {
        var leg = terms.Legs.FirstOrDefault(leg => leg.AgreementId == grant.Request.Agreement);
        var until = leg is null ? grant.UntilMicros : RolloverDecider.EndOf(leg, grant);
        return View(grant, leg?.PlanId, until);
    }

    private static GrantView View(Grant grant, string? plan, long until) => new()
    {
        Id = grant.Request.Id,
        Agreement = grant.Request.Agreement,
        Plan = plan,
        Meter = grant.Request.Meter,
        Quantity = grant.Request.Quantity,
        Price = grant.Request.Price,
        Used = grant.Used,
        Held = grant.Held,
        GrantedMicros = grant.GrantedMicros,
        FromMicros = grant.FromMicros,
        ExpiresMicros = grant.Request.ExpiresMicros,
        Priority = grant.Request.Priority,
        OnExhausted = (byte)grant.Request.OnExhausted,
        Limit = grant.Request.Limit,
        Rollover = grant.Request.Rollover == RolloverRule.None ? null : (byte)grant.Request.Rollover,
        UntilMicros = until == long.MaxValue ? null : until,
        CarriedOn = grant.CarriedOn == 0 ? null : grant.CarriedOn,
        FromPeriod = grant.Origin?.Period,
        FromCharge = grant.Origin?.Charge,
        ForfeitedMicros = until < grant.UntilMicros ? until : null,
    };
}
