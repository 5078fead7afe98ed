// Sends a definition to the grain that owns it, if the caller may write it.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Privacy;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>The operator writes everything; what a partner writes, <see cref="PartnerWrites"/> says.</summary>
public sealed class DefinitionWriter(IGrainFactory grains, PartnerWrites partners, PersonalMeters personal, PurchaseDesk purchases)
{
    /// <summary>Why the caller may not write this, or null.</summary>
    public async ValueTask<Problem?> Refusal(ApiCaller caller, string kind, string id, string body, CancellationToken cancel) =>
        caller.Party is { } party ? await partners.Refusal(caller, party, kind, id, body, cancel) : null;

    /// <summary>Creates or replaces. A plan version is sent to its plan, under the plan's id.</summary>
    public async Task<DefineAnswer> Define(ApiCaller caller, string kind, string id, string body, CancellationToken cancel)
    {
        var command = new DefineCommand { Kind = kind, Id = id, Body = body, Actor = caller.KeyId };
        var answer = await (kind switch
        {
            DefinitionKinds.Partner => grains.GetGrain<IPartnerGrain>(id).Define(command, cancel),
            DefinitionKinds.Customer => grains.GetGrain<ICustomerGrain>(id).Define(command, cancel),
            DefinitionKinds.Subscription => grains.GetGrain<ISubscriptionGrain>(id).Define(command, cancel),
            DefinitionKinds.Wallet => grains.GetGrain<IWalletGrain>(id).Define(command, cancel),
            // One grain serialises a plan and its versions.
            DefinitionKinds.PlanVersion => grains.GetGrain<IDefinitionGrain>(Identifiers.Definition(DefinitionKinds.Plan, id)).Define(command, cancel),
            _ => grains.GetGrain<IDefinitionGrain>(Identifiers.Definition(kind, id)).Define(command, cancel),
        });
        // From the answer on no value of a personal dimension is taken in the clear.
        if (kind == DefinitionKinds.Meter)
            await personal.Read(cancel);
        return answer;
    }

    /// <summary>The same, where it may be a purchase on account; and what is answered.</summary>
    public async Task<DefineResult> Put(ApiCaller caller, string kind, string id, string body, string location, CancellationToken cancel)
    {
        var answer = await Define(caller, kind, id, body, cancel);
        if (answer.Code == DefineAnswer.Unadmitted)
        {
            var command = new DefineCommand { Kind = kind, Id = id, Body = body, Actor = caller.KeyId, IsAdmitted = true };
            (var bought, var problem) = await purchases.Buy(caller, PurchaseDesk.Priced(answer),
                () => grains.GetGrain<ISubscriptionGrain>(id).Define(command, cancel), cancel);
            if (bought is null)
                return new(null, problem);
            answer = bought;
        }

        return Result(answer, kind, id, location);
    }

    /// <summary>Publishes a catalogue, under the id of its plan.</summary>
    public Task<DefineAnswer> Publish(ApiCaller caller, string catalogue, CancellationToken cancel) =>
        grains.GetGrain<IDefinitionGrain>(Identifiers.Definition(DefinitionKinds.Plan, catalogue))
            .Publish(new PublishCommand { Catalogue = catalogue, Actor = caller.KeyId }, cancel);

    /// <summary>The answer to the caller.</summary>
    public static DefineResult Result(DefineAnswer answer, string kind, string id, string location) => answer.Outcome switch
    {
        DefineOutcome.Invalid => new(null, Problems.Invalid(answer.Problems)),
        DefineOutcome.Conflict => new(null, Problems.Conflict(answer.Problems, answer.Code ?? "conflict")),
        DefineOutcome.Stopped => new(null, Problems.NotActive(answer.Problems)),
        var outcome => new(new DefinedAnswer(new DefinedView(kind, id, answer.Version, answer.Body), outcome == DefineOutcome.Created ? location : null), null),
    };
}

/// <summary>Either what stands now, or why it was refused.</summary>
public sealed record DefineResult(DefinedAnswer? Answer, Problem? Problem);
