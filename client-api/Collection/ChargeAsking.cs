// POST /v1/charge_requests: somebody says that a card is to be charged again.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Collection;

internal static class ChargeAsking
{
    public static async Task<Results<Ok<ChargeRequestView>, Problem>> Post(HttpContext context, IDocumentStore documents, IGrainFactory grains,
        BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<ChargeAskRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        if (request.Id is not null) errors.Id("id", request.Id);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var header = request.Document.Contains('\0') ? null : await documents.Get(request.Document, cancel);
        if (header?.Number is null || (caller.Party is { } own && own != header.Seller))
            return Problems.Invalid("document", $"\"{request.Document}\" is no document");
        var account = new AccountKey(header.Seller, header.Buyer, header.Currency);
        var command = new AskForCharge(request.Document, CommandIds.Of(context, request.Id), clock.Now);
        (var figures, problem) = await grains.Ask<ChargeRequestFigures>(account.Id, command, caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(ChargeRequestView.Of(figures));
    }
}
