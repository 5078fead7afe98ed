// Fees in advance that wallets pay: takes them when they are due, stops service where there is no money and lets it go on when there is (domain 0.3, rule 27).
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// Looks when a fee is due (a row of due work stands for the next look), daily while one is not paid, after every change of the subscription, and when a
/// wallet says that there is money. Every look decides from what stands, so that one that was lost or came twice changes nothing.
/// </summary>
public static class FeeDesk
{
    /// <summary>Kind of the due work.</summary>
    public const string Kind = "fees";

    /// <summary>Kinds of due work begin with it that waits for money of a wallet, whose id follows.</summary>
    public const string Waiting = "funds/";

    private const string Actor = "billing";

    /// <summary>Whether what is about to be written may need looks.</summary>
    public static bool IsNeeded(DefineCommand command) =>
        command.Kind == DefinitionKinds.Subscription && Billing.Json.Definitions.Read<Subscription>(command.Body).Value is { } asked
        && FundingRules.TakesFees(asked.Funding);

    /// <summary>A look is due in a while, should the one that follows the write never come.</summary>
    public static Task Stand(SubscriptionActivation self, CancellationToken cancel) =>
        Due(self, self.Services.Clock.Now + Duration.FromTimeSpan(Limits.DueLease), cancel);

    /// <summary>
    /// Usage is durable. Fees that wait for the first use are due from it on (domain 0.3, rule 8): the look for them is due now, and again where an older
    /// event has become the first.
    /// </summary>
    public static ValueTask Used(SubscriptionActivation self) =>
        self.Definition is { Activation: "first_use" } definition && FundingRules.TakesFees(definition.Funding)
            && self.Session!.State.FirstUseMicros is var first && first != self.FeesSince
            ? Began(self, first)
            : default;

    private static async ValueTask Began(SubscriptionActivation self, long firstUse)
    {
        await Due(self, self.Services.Clock.Now, CancellationToken.None);
        self.FeesSince = firstUse;
    }

    /// <summary>One look. False: it is not known how it ended, it must be repeated.</summary>
    public static async Task<bool> Work(SubscriptionActivation self, CancellationToken cancel)
    {
        if (self.Closed is { } why)
        {
            self.Refused(why);
            return false;
        }

        if (self.Session is not { } session || self.Definition is not { } definition || !FundingRules.TakesFees(definition.Funding))
            return true;
        try
        {
            var unpaid = await Paid(self, session, cancel);
            if (unpaid is not null)
            {
                await self.Services.Grains.GetGrain<IWalletDuties>(unpaid.Funding.Wallet).Await(Identifiers.SubscriptionChild(self.Id), cancel);
                // What was paid in before the wallet knew that somebody waits.
                unpaid = await Paid(self, session, cancel);
            }

            if (self.Closed is not null || !await Switched(self, unpaid, cancel))
                return false;
            await self.Ready(cancel);
            if (self.Closed is not null)
                return false;
            // What has ended long ago changes no more.
            var now = self.Services.Clock.Now;
            if (!(ServiceLife.EndOf(self.Definition!) < now - Limits.LatenessWindow))
                await Due(self, FundedFees.NextLook(session.State, self.Terms!, unpaid, now), cancel);
            return true;
        }
        catch (JournalException fault)
        {
            self.Poisoned(fault);
            return false;
        }
        catch (Exception fault) when (fault is StorageException or WalletAwayException or WalletUnavailableException or TimeoutException
            or OrleansException)
        {
            return false;
        }
    }

    // Pays what can be paid; the first fee for which there is no money, or null.
    private static async Task<FundedFee?> Paid(SubscriptionActivation self, SubscriptionSession session, CancellationToken cancel)
    {
        var refusals = new List<WalletRefusal>();
        while (true)
        {
            await self.Ready(cancel);
            var resolved = self.Terms;
            var terms = self.Closed is null ? await self.Services.Resolver.WithPauses(resolved!, cancel) : null;
            if (terms is null)
                return null;
            if (!self.IsReady || self.Terms != resolved)
                continue;
            if (FundedFees.GivesBack(session.State, terms, self.NowMicros) && !self.Untold.Stands)
            {
                await self.Untold.Stand();
                continue;
            }

            // From here to the append there is no await.
            var before = session.State.Purses.Sum(purse => purse.Refunded);
            var decision = FundedFees.Decide(session.State, terms, refusals, self.NowMicros);
            if (!decision.Frame.IsEmpty)
                await session.Append(decision.Frame);
            // What came back is here, and the wallet cannot know of it.
            if (session.State.Purses.Sum(purse => purse.Refunded) != before)
                await self.Purses.TellNow();
            if (decision.Short is not { } missing)
                return decision.Unpaid;
            if (await self.Purses.Draw(missing, missing.Missing) is { } refusal)
                refusals.Add(refusal);
        }
    }

    // Service stops with the first day that is not paid, and goes on when all are.
    private static async Task<bool> Switched(SubscriptionActivation self, FundedFee? unpaid, CancellationToken cancel)
    {
        var subscription = self.Definition!;
        var now = self.Services.Clock.Now;
        var stops = ServiceLife.PausesOf(subscription).Any(pause => pause.Until is null);
        if (ServiceLife.EndOf(subscription) <= now || (unpaid is not null ? stops : !FundedFees.IsUnfunded(subscription)))
            return true;
        var change = new SubscriptionChange
        {
            Action = unpaid is null ? SubscriptionActions.Resume : SubscriptionActions.Suspend,
            At = unpaid is null ? now : At(subscription, unpaid, now),
            Reason = unpaid is null ? null : ServicePause.NoFunds,
        };
        var answer = await self.Services.Writer.Write(new DefineCommand
        {
            Kind = DefinitionKinds.SubscriptionChange, Id = self.Id, Body = Billing.Json.Definitions.Write(change), Actor = Actor,
        }, cancel);
        if (answer.Outcome is not (DefineOutcome.Created or DefineOutcome.Replaced))
            return false;
        await self.Reread(cancel);
        return true;
    }

    // A look that comes late stops service when it comes: it was served until then.
    private static Instant At(Subscription subscription, FundedFee unpaid, Instant now)
    {
        var due = Instant.Max(unpaid.DueAt, subscription.StartsAt);
        var last = (subscription.Changes ?? []).Where(change => change.Action != SubscriptionActions.Prepay).Max(change => change.At);
        return now - due < Duration.FromDays(1) && !(due < last) ? due : now;
    }

    private static Task Due(SubscriptionActivation self, Instant at, CancellationToken cancel) =>
        self.Services.Due.SetDue(new DueWork(at, Identifiers.SubscriptionChild(self.Id), Kind), cancel);
}
