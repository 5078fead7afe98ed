// Sends a correction to the subscription whose event it corrects, and says in HTTP how it ended.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Deliveries;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Corrections;

/// <summary>A subscription that the caller does not see is 404, as a missing one.</summary>
public sealed class CorrectionDispatcher(IGrainFactory grains, IPartyTree tree, KnownFacts facts, Continuations continuations)
{
    /// <summary>The correction as it stands.</summary>
    public async Task<Results<Ok<CorrectionShape>, Problem>> Send(HttpContext context, string subscription, CorrectionCommand command)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!await tree.SeesSubscription(caller, subscription, cancel))
            return Problems.NotFound(DefinitionKinds.Subscription, subscription);
        var grain = grains.GetGrain<ISubscriptionCorrections>(subscription);
        var answer = await grain.Correct(command, cancel);
        // Lost to another activation: nothing was done, and the next activation decides on what the other one wrote.
        if (answer.State == BatchState.Moved)
            answer = await grain.Correct(command, cancel);
        // Sent under the name that the event came under; it may have been counted where that subscription goes on.
        if (answer.State == BatchState.Decided && (CorrectionOutcome)answer.Outcome == CorrectionOutcome.UnknownEvent
            && await continuations.Of(subscription, cancel) is { } next)
            return await Send(context, next, command);
        return answer.State switch
        {
            BatchState.Decided => await Decided(caller, subscription, command, answer, cancel),
            BatchState.Overloaded => Problems.Overloaded(),
            BatchState.Unavailable or BatchState.Parked => Problems.Unavailable(),
            _ => Problems.OutcomeUnknown(),
        };
    }

    private async Task<Results<Ok<CorrectionShape>, Problem>> Decided(ApiCaller caller, string subscription, CorrectionCommand command,
        CorrectionAnswer answer, CancellationToken cancel) => (CorrectionOutcome)answer.Outcome switch
        {
            CorrectionOutcome.Done => TypedResults.Ok(await Shape(caller, command, answer.Effects, cancel)),
            CorrectionOutcome.Unchanged => TypedResults.Ok(new CorrectionShape(command.Id, "unchanged", null)),
            CorrectionOutcome.NotDelivered => Problems.Conflict(
                $"Event \"{command.EventId}\" of {command.Source} is refunded, since it was not delivered. It can be retracted.", "not_delivered"),
            CorrectionOutcome.Conflict => Problems.Conflict($"Correction \"{command.Id}\" stands for another request."),
            CorrectionOutcome.UnknownEvent => Problems.UnknownEvent(command.Source, command.EventId),
            CorrectionOutcome.OtherTime => Problems.Conflict($"Event \"{command.EventId}\" of {command.Source} has another time."),
            CorrectionOutcome.TooLate => Problems.Conflict("Only events of the last 35 days can be corrected.", "too_late"),
            CorrectionOutcome.AlreadyRetracted => Problems.Conflict(
                $"Nothing is left of event \"{command.EventId}\" of {command.Source}.", "already_retracted"),
            _ => Refused(subscription, (UsageOutcome)answer.Refusal, answer.LimitingLevel),
        };

    private static Problem Refused(string subscription, UsageOutcome refusal, string? level) => refusal == UsageOutcome.UnknownSubscription
        ? Problems.NotFound(DefinitionKinds.Subscription, subscription)
        : Problems.UsageRefused(OutcomeWords.Code(refusal) ?? "conflict", level);

    private async Task<CorrectionShape> Shape(ApiCaller caller, CorrectionCommand command, CorrectionEffect[] effects, CancellationToken cancel)
    {
        var amounts = new List<EffectAmount>();
        foreach (var effect in effects)
        {
            if (!await facts.IsPartyTo(caller, effect.Agreement, cancel))
                continue;
            var currency = await facts.CurrencyOf(effect.Plan, cancel);
            amounts.Add(new EffectAmount(effect.Agreement, effect.Period, Carrier(effect.Late),
                new ExactMoney(AmountText.Exact(effect.Amount, currency), currency)));
        }

        // Every event has a leg; whoever may see none still hears of the period.
        var first = effects[0];
        var status = command.Delivery switch { null => "corrected", DeliveryRules.Delivered => "charged_again", _ => "refunded" };
        return new CorrectionShape(command.Id, status, amounts.Count > 0
            ? new EffectShape(amounts[0].Period, amounts[0].CarriedBy, amounts)
            : new EffectShape(first.Period, Carrier(first.Late), amounts));
    }

    private static string Carrier(bool late) => late ? "next_document" : "open_period";
}
