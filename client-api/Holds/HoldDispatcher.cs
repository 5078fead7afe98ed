// Sends a command to the subscription that keeps the hold, and says in HTTP how it ended.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Holds;

/// <summary>A subscription that the caller does not see is 404, as a missing one.</summary>
public sealed class HoldDispatcher(IGrainFactory grains, IPartyTree tree, KnownFacts facts)
{
    /// <summary>The hold as it stands after the command.</summary>
    public async Task<Results<Ok<HoldShape>, Problem>> Send(HttpContext context, string subscription, HoldCommand command)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!FieldChecks.IsId(subscription) || !await tree.SeesSubscription(caller, subscription, cancel))
            return Problems.NotFound(DefinitionKinds.Subscription, subscription);
        var grain = grains.GetGrain<ISubscriptionGrain>(subscription);
        var answer = await grain.Hold(command, cancel);
        // Lost to another activation: nothing was done, and the next activation decides on what the other one wrote.
        if (answer.State == BatchState.Moved)
            answer = await grain.Hold(command, cancel);
        return answer.State switch
        {
            BatchState.Decided => await Decided(caller, subscription, command, answer, cancel),
            BatchState.Overloaded => Problems.Overloaded(),
            BatchState.Unavailable or BatchState.Parked => Problems.Unavailable(),
            _ => Problems.OutcomeUnknown(),
        };
    }

    private async Task<Results<Ok<HoldShape>, Problem>> Decided(ApiCaller caller, string subscription, HoldCommand command, HoldAnswer answer,
        CancellationToken cancel) => (HoldOutcome)answer.Outcome switch
        {
            HoldOutcome.Done => TypedResults.Ok(await Shape(caller, command.Id, answer, cancel)),
            HoldOutcome.Missing => Problems.NotFound("hold", command.Id),
            HoldOutcome.Conflict => Problems.Conflict(answer.Hold is { } hold
                ? $"Hold \"{command.Id}\" is {Word((HoldState)hold.State)} already."
                : $"Hold \"{command.Id}\" stands for another request."),
            HoldOutcome.Expired => Problems.Conflict(
                $"Hold \"{command.Id}\" has expired. To capture it, say with used_at that it was used before that.", "hold_expired"),
            HoldOutcome.TooMany => Problems.Overloaded(),
            HoldOutcome.NotAddedUp => Problems.Invalid("meter", "is not added up: what an event adds to a peak or to different values is known when it comes"),
            _ => Refused(subscription, (UsageOutcome)answer.Refusal, answer.LimitingLevel),
        };

    private static Problem Refused(string subscription, UsageOutcome refusal, string? level) => refusal switch
    {
        UsageOutcome.UnknownSubscription => Problems.NotFound(DefinitionKinds.Subscription, subscription),
        _ => Problems.UsageRefused(OutcomeWords.Code(refusal) ?? "conflict", level),
    };

    private async Task<HoldShape> Shape(ApiCaller caller, string id, HoldAnswer answer, CancellationToken cancel)
    {
        var hold = answer.Hold!;
        var currency = await facts.IsPartyTo(caller, hold.Agreement, cancel) ? await facts.CurrencyOf(hold.Plan, cancel) : null;
        var captured = (HoldState)hold.State is HoldState.Captured or HoldState.LateCaptured;
        return new HoldShape(id, Word((HoldState)hold.State), AmountText.Exact(hold.Quantity), Money(hold.Amount, currency),
            captured ? AmountText.Exact(hold.CapturedQuantity) : null, captured ? Money(hold.CapturedAmount, currency) : null,
            Micros.Instant(hold.ExpiresMicros), answer.LimitingLevel);
    }

    private static ExactMoney? Money(decimal amount, string? currency) =>
        currency is null ? null : new ExactMoney(AmountText.Exact(amount, currency), currency);

    private static string Word(HoldState state) => state switch
    {
        HoldState.Held => "held",
        HoldState.Captured => "captured",
        HoldState.Released => "released",
        HoldState.Expired => "expired",
        _ => "late_captured",
    };
}
