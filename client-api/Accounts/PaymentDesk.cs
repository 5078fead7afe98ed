// Finds the account of a payment and has it recorded.
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>Only the operator and the seller say that money has come in.</summary>
public sealed class PaymentDesk(BuyingAgreements agreements, IDocumentStore documents, IGrainFactory grains)
{
    /// <summary>Records a payment.</summary>
    public async Task<(PaymentView? Payment, Problem? Problem)> Receive(ApiCaller caller, PaymentRequest request, string id, CancellationToken cancel)
    {
        var errors = request.Check();
        if (!errors.IsEmpty)
            return (null, Problems.Invalid(errors));
        var (account, problem) = await Account(caller, request.Party, request.Seller, request.Allocations.Select(part => part.Document).FirstOrDefault(),
            "allocations[0].document", cancel);
        if (account is null)
            return (null, problem);
        if (caller.Party is not null && caller.Party != account.Seller)
            return (null, Problems.NotFound("party", request.Party));
        var fact = request.ToFact(id) with { Parties = await agreements.Parties(account, cancel) };
        (var figures, problem) = await grains.Ask<PaymentFigures>(account.Id, new ReceivePayment(fact), caller.KeyId, cancel);
        return figures is null ? (null, problem) : (PaymentView.Of(figures), null);
    }

    /// <summary>The account of the first document named, else the only one that the party pays into.</summary>
    public async Task<(AccountKey? Account, Problem? Problem)> Account(ApiCaller caller, string party, string? seller, string? document, string field,
        CancellationToken cancel)
    {
        if (document is null)
            return await agreements.Account(caller, party, seller, cancel);
        var header = document.Contains('\0') ? null : await documents.Get(document, cancel);
        var visible = header?.Number is not null && header.Buyer == party && (seller is null || header.Seller == seller)
            && (caller.Party is null || caller.Party == header.Seller || caller.Party == header.Buyer);
        return visible
            ? (new AccountKey(header!.Seller, header.Buyer, header.Currency), null)
            : (null, Problems.Invalid(field, $"\"{document}\" is no document of \"{party}\""));
    }
}
