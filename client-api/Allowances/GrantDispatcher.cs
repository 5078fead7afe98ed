// Sends packages to the subscription that they are for, reads where they stand, and says in HTTP how it ended.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Definitions;
using PurchaseDesk = OrleansBilling.ClientApi.Accounts.PurchaseDesk;

namespace OrleansBilling.ClientApi.Allowances;

/// <summary>A subscription that the caller does not see is 404, as a missing one; packages are shown on legs in which the caller sells or buys.</summary>
public sealed class GrantDispatcher(IGrainFactory grains, IDefinitionStore store, IPartyTree tree, KnownFacts facts, PurchaseDesk purchases, BillingClock clock)
{
    /// <summary>The package as it stands.</summary>
    public async Task<Results<Ok<GrantShape>, Problem>> Send(HttpContext context, string subscription, GrantCommand command)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!await Sees(caller, subscription, cancel))
            return Problems.NotFound(DefinitionKinds.Subscription, subscription);
        var answer = await Grant(subscription, command, cancel);
        if (answer is { State: BatchState.Decided, Outcome: (byte)GrantOutcome.Unadmitted })
        {
            (var bought, var problem) = await purchases.Buy(caller, PurchaseDesk.Priced(answer),
                () => Grant(subscription, command with { IsAdmitted = true }, cancel), cancel);
            if (bought is null)
                return problem!;
            answer = bought;
        }

        return answer.State switch
        {
            BatchState.Decided => await Decided(subscription, command, answer, cancel),
            BatchState.Overloaded => Problems.Overloaded(),
            BatchState.Unavailable or BatchState.Parked => Problems.Unavailable(),
            _ => Problems.OutcomeUnknown(),
        };
    }

    private async Task<GrantAnswer> Grant(string subscription, GrantCommand command, CancellationToken cancel)
    {
        var grain = grains.GetGrain<ISubscriptionAllowances>(subscription);
        var answer = await grain.Grant(command, cancel);
        // Lost to another activation: nothing was done, and the next activation decides on what the other one wrote.
        return answer.State == BatchState.Moved ? await grain.Grant(command, cancel) : answer;
    }

    /// <summary>Packages in the order in which they were granted; null: the subscription is missing, or not the caller's.</summary>
    public async Task<IReadOnlyList<GrantShape>?> List(ApiCaller caller, string subscription, CancellationToken cancel)
    {
        if (!await Sees(caller, subscription, cancel))
            return null;
        var report = await Ask(subscription, cancel);
        var shapes = new List<GrantShape>();
        foreach (var grant in report.Grants)
        {
            if (await facts.IsPartyTo(caller, grant.Agreement, cancel))
                shapes.Add(await Shape(grant, report.AsOfMicros, cancel));
        }

        return shapes;
    }

    /// <summary>The same, as part of a balance; of a subscription that the caller sees.</summary>
    public async Task<IReadOnlyList<AllowanceView>> Allowances(ApiCaller caller, string subscription, CancellationToken cancel) =>
        [.. (await List(caller, subscription, cancel) ?? []).Select(grant => new AllowanceView(grant.Id, grant.Agreement, grant.Meter, grant.Quantity,
            grant.Used, grant.Held, grant.Remaining, grant.ExpiresAt, grant.Priority, grant.OnExhausted, grant.State,
            grant.Source, grant.UsableUntil))];

    private async Task<bool> Sees(ApiCaller caller, string subscription, CancellationToken cancel) => FieldChecks.IsId(subscription)
        && await tree.SeesSubscription(caller, subscription, cancel) && await store.Get(DefinitionKinds.Subscription, subscription, cancel) is not null;

    private async Task<GrantReport> Ask(string subscription, CancellationToken cancel)
    {
        var grain = grains.GetGrain<ISubscriptionAllowances>(subscription);
        try
        {
            return await grain.Grants(cancel);
        }
        catch (SubscriptionUnavailableException)
        {
            // It goes on in another process, which the next activation has read; if it is the store that is away, this fails as well.
            return await grain.Grants(cancel);
        }
    }

    private async Task<Results<Ok<GrantShape>, Problem>> Decided(string subscription, GrantCommand command, GrantAnswer answer, CancellationToken cancel) =>
        (GrantOutcome)answer.Outcome switch
        {
            GrantOutcome.Done => TypedResults.Ok(await Shape(answer.Grant!, Micros.Of(clock.Now), cancel)),
            GrantOutcome.Invalid => Problems.Invalid(answer.Field!, answer.Detail!),
            GrantOutcome.Conflict => Problems.Conflict($"Grant \"{command.Id}\" stands for another request."),
            GrantOutcome.TooMany => Problems.Conflict($"Subscription \"{subscription}\" has {Limits.GrantsMax} packages, as many as it may have.",
                "too_many_grants"),
            GrantOutcome.NotActive => Problems.Conflict($"Subscription \"{subscription}\" has ended.", "subscription_not_active"),
            GrantOutcome.Stopped => Problems.Conflict($"Nothing can be bought for subscription \"{subscription}\" now: a party above it may not.",
                "party_not_active"),
            _ => Problems.UsageRefused(answer.IsUpstream ? "upstream_credit" : "insufficient_funds", answer.LimitingLevel),
        };

    private async Task<GrantShape> Shape(GrantView grant, long nowMicros, CancellationToken cancel)
    {
        var currency = grant.Plan is { } plan ? await facts.CurrencyOf(plan, cancel) : null;
        var carriedOn = grant.CarriedOn ?? 0;
        var remaining = grant.Quantity - grant.Used - grant.Held - carriedOn;
        return new GrantShape(grant.Id, grant.Agreement, grant.Meter, AmountText.Exact(grant.Quantity), AmountText.Exact(grant.Used),
            AmountText.Exact(grant.Held), AmountText.Exact(remaining), Money(grant.Price, currency), Micros.Instant(grant.GrantedMicros),
            Micros.Instant(grant.FromMicros), grant.ExpiresMicros is { } end ? Micros.Instant(end) : (Instant?)null, grant.Priority,
            GrantReading.Word(grant.OnExhausted), grant.Limit is { } limit ? Money(limit, currency) : null, State(grant, nowMicros),
            RolloverRules.Words[grant.Rollover ?? 0], grant.UntilMicros is { } until ? Micros.Instant(until) : (Instant?)null,
            grant.FromPeriod is null ? "package" : grant.Id.Split('/')[0], grant.FromPeriod, grant.FromCharge, AmountText.Exact(carriedOn));
    }

    private static ExactMoney? Money(decimal amount, string? currency) =>
        currency is null ? null : new ExactMoney(AmountText.Exact(amount, currency), currency);

    private static string State(GrantView grant, long nowMicros) => nowMicros < grant.FromMicros ? "scheduled"
        : nowMicros >= grant.UntilMicros ? grant.ForfeitedMicros is not null ? "forfeited" : "expired"
        : grant.Used == grant.Quantity ? "exhausted" : nowMicros >= grant.ExpiresMicros ? "rolled_over" : "active";
}
