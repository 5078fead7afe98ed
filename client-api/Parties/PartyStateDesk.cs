// Sends a command to the state of a party, if the caller may change it.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces.Parties;

namespace OrleansBilling.ClientApi.Parties;

/// <summary>A party that the caller does not see is 404; its own state is decided further up.</summary>
public sealed class PartyStateDesk(DefinitionReader definitions, PartyStateReader states, IPartyTree tree, IGrainFactory grains)
{
    /// <summary>How the party stands after the command.</summary>
    public async Task<Results<Ok<PartyStateView>, Problem>> Send(HttpContext context, string kind, string id, PartyStateCommand command)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!FieldChecks.IsId(id) || await definitions.Get(caller, kind, id, cancel) is null || !await tree.SeesParty(caller, id, cancel))
            return Problems.NotFound(kind, id);
        if (caller.Party is { } party)
        {
            var level = (await tree.Above(id, cancel)).ToList().IndexOf(party);
            if (level < 0)
                return Problems.OperatorOnly();
            command = command with { Level = level + 1 };
        }

        var answer = await grains.GetGrain<IPartyStateGrain>(id).Do(command, cancel);
        return answer.Code is { } code ? Problems.Conflict(answer.Detail, code) : TypedResults.Ok(await states.Read(caller, id, cancel));
    }
}
