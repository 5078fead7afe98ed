// Sends a command to the subscription that it changes, and says in HTTP how it ended.
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.ClientApi.Subscriptions;

/// <summary>What a command says; what it does is the path's to say.</summary>
/// <param name="Id">Chosen by the caller: the same again is done once, and answers the subscription as it stands.</param>
/// <param name="At">From when on; now by default.</param>
/// <param name="Reason">Why. Of a suspension <c>suspended</c> (default), <c>blocked</c>, <c>expired</c> or <c>no_funds</c>.</param>
/// <param name="Agreement">Change of plan: of which leg. May be left out where the caller sells on one.</param>
/// <param name="Plan">Change of plan: the new one.</param>
public sealed record SubscriptionCommandBody(string? Id = null, Instant? At = null, string? Reason = null, string? Agreement = null, string? Plan = null);

/// <summary>Pay ahead.</summary>
/// <param name="Periods">Of how many periods of the fee.</param>
/// <param name="Id">Chosen by the caller: the same again is bought once.</param>
/// <param name="Agreement">Of which leg. May be left out where the caller sells on one.</param>
/// <param name="Charge">Which recurring charge. May be left out where the leg has one.</param>
/// <param name="From">A day of the first period; today by default.</param>
public sealed record PrepaymentBody(int Periods, string? Id = null, string? Agreement = null, string? Charge = null, LocalDate? From = null);

/// <summary>A subscription that the caller does not see is 404, as a missing one. A customer's key reads.</summary>
public sealed class SubscriptionCommander(IGrainFactory grains, IPartyTree tree, PartnerWrites partners, DefinitionReader reader,
    PurchaseDesk purchases, IDueWorkStore due, BillingClock clock)
{
    /// <summary>Buys, and issues the invoice. A row of due work stands before anything is bought: whoever dies in between, the invoice is issued.</summary>
    public async Task<Results<DefinedAnswer, Problem>> Prepay(ApiCaller caller, string id, SubscriptionChange change, CancellationToken cancel)
    {
        if (!await tree.SeesSubscription(caller, id, cancel))
            return Problems.NotFound(DefinitionKinds.Subscription, id);
        // A lease: who looks before the command stands would find nothing to do and take the row away. Each command has a row of its own.
        var work = new DueWork(clock.Now + Duration.FromTimeSpan(Limits.DueLease), Identifiers.Prepayments(id), $"{DueKind}/{Guid.CreateVersion7():N}");
        await due.SetDue(work, cancel);
        var answer = await Send(caller, id, change, cancel);
        await grains.GetGrain<IPrepaymentGrain>(id).GoOn(CancellationToken.None);
        await due.ClearDue(work, CancellationToken.None);
        return answer;
    }

    /// <summary>The subscription as it stands after the command.</summary>
    public async Task<Results<DefinedAnswer, Problem>> Send(ApiCaller caller, string id, SubscriptionChange change, CancellationToken cancel)
    {
        if (!await tree.SeesSubscription(caller, id, cancel) || await reader.Get(caller, DefinitionKinds.Subscription, id, cancel) is null)
            return Problems.NotFound(DefinitionKinds.Subscription, id);
        if (await partners.MayCommand(caller, change, cancel) is { } refusal)
            return refusal;
        var command = new DefineCommand
        {
            Kind = DefinitionKinds.SubscriptionChange, Id = id, Body = Billing.Json.Definitions.Write(change), Actor = caller.KeyId, Party = caller.Party,
        };
        var subscription = grains.GetGrain<ISubscriptionGrain>(id);
        var answer = await subscription.Define(command, cancel);
        if (answer.Code == DefineAnswer.Unadmitted)
        {
            (var bought, var problem) = await purchases.Buy(caller, PurchaseDesk.Priced(answer),
                () => subscription.Define(command with { IsAdmitted = true }, cancel), cancel);
            if (bought is null)
                return problem!;
            answer = bought;
        }

        return answer.Outcome switch
        {
            DefineOutcome.Invalid => Problems.Invalid(answer.Problems),
            DefineOutcome.Conflict => answer.Code is { } code ? Problems.Conflict(Sentence(answer), code) : Problems.Conflict(answer.Problems),
            _ => new DefinedAnswer((await reader.Get(caller, DefinitionKinds.Subscription, id, cancel))!),
        };
    }

    private const string DueKind = "prepay";

    private static string Sentence(DefineAnswer answer) => string.Join("; ", answer.Problems.Select(problem => $"{problem.Field}: {problem.Message}")) + ".";
}
