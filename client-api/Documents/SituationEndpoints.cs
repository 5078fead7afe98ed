// GET /v1/documents/{number}/account_situation: what an invoice says of the account that it belongs to.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>As it was when the invoice was issued. Payable is previous due − previous paid + this period − credit.</summary>
public sealed record AccountSituationView(string Document, ExactMoney PreviousDue, ExactMoney PreviousPaid, ExactMoney ThisPeriod, ExactMoney Credit,
    ExactMoney Payable);

/// <summary>Beside the document and not in it: a document is read as it was stored, and this is added up from what happened.</summary>
public static class SituationEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapAccountSituations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/documents/{number}/account_situation", Read).WithName("GetAccountSituation").WithTags("Documents").RequireScope(Scopes.BillingRead)
            .WithSummary("How the account stood when an invoice was issued").Produces<AccountSituationView>().Fails(404, 409);
        return routes;
    }

    private static async Task<Results<Ok<AccountSituationView>, Problem>> Read(HttpContext context, string number, IDocumentStore documents,
        IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (number.Contains('\0') || await documents.Get(number, cancel) is not { Number: not null } header
            || (caller.Party is { } party && party != header.Seller && party != header.Buyer))
            return Problems.NotFound("document", number);
        var account = new AccountKey(header.Seller, header.Buyer, header.Currency);
        var (figures, problem) = await grains.Ask<SituationFigures>(account.Id, new AskSituation(number), caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(new AccountSituationView(number, Money(figures.PreviousDue), Money(figures.PreviousPaid),
            Money(figures.ThisPeriod), Money(figures.Credit), Money(figures.PreviousDue - figures.PreviousPaid + figures.ThisPeriod - figures.Credit)));

        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, header.Currency);
    }
}
