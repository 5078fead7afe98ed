// By which agreement a party is charged, and which account it pays into, when the request does not say it.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>An agreement with the account of its seller and buyer.</summary>
public sealed record BuyingAgreement(string Id, Agreement Agreement, AccountKey Account);

/// <summary>Only the operator and the seller may change what a buyer owes; to others the party is as good as missing.</summary>
public sealed class BuyingAgreements(IDefinitionStore definitions)
{
    /// <summary>The agreement named, or the only one by which the party is invoiced.</summary>
    public async Task<(BuyingAgreement? Found, Problem? Problem)> Find(ApiCaller caller, string party, string? agreement, string? seller,
        CancellationToken cancel)
    {
        if (!FieldChecks.IsId(party) || await Party(party, cancel) is not { } buyer)
            return (null, Problems.NotFound("party", party));
        var bought = (await definitions.AgreementsBoughtBy(party, cancel)).Select(stored => (stored.Id, Agreement: Stored<Agreement>(stored)))
            .Where(one => caller.Party is null || caller.Party == one.Agreement.Seller).ToList();
        if (caller.Party is not null && bought.Count == 0)
            return (null, Problems.NotFound("party", party));
        var fitting = bought.Where(one => agreement is null ? one.Agreement.Documents == "invoice" : one.Id == agreement)
            .Where(one => seller is null || one.Agreement.Seller == seller).ToList();
        return fitting switch
        {
            [var one] when one.Agreement.Documents == "none" => (null, Problems.Invalid("agreement", $"\"{one.Id}\" issues no documents")),
            [var one] => (new BuyingAgreement(one.Id, one.Agreement, await Account(one.Agreement, buyer, cancel)), null),
            [] when agreement is not null => (null, Problems.Invalid("agreement", $"\"{party}\" buys by no agreement \"{agreement}\"")),
            [] => (null, Problems.Invalid("party", $"\"{party}\" buys by no agreement that issues invoices")),
            _ => (null, Problems.Invalid("agreement", "is required, one of: " + string.Join(", ", fitting.Select(one => one.Id)))),
        };
    }

    /// <summary>The only account that the party pays into, of those that fit.</summary>
    public async Task<(AccountKey? Found, Problem? Problem)> Account(ApiCaller caller, string party, string? seller, CancellationToken cancel)
    {
        var bought = await Invoicing(caller, party, cancel);
        if (!FieldChecks.IsId(party) || await Party(party, cancel) is null || (caller.Party is not null && bought.Count == 0))
            return (null, Problems.NotFound("party", party));
        var fitting = bought.Select(one => one.Account).Where(account => seller is null || account.Seller == seller).Distinct().ToList();
        return fitting switch
        {
            [var one] => (one, null),
            [] => (null, Problems.Invalid("party", $"\"{party}\" buys by no agreement that issues invoices")),
            _ => (null, Problems.Invalid("seller", "is required, one of: " + string.Join(", ", fitting.Select(one => one.Seller)))),
        };
    }

    /// <summary>Agreements by which a party is invoiced, and in which the caller sells or buys.</summary>
    public async Task<IReadOnlyList<BuyingAgreement>> Invoicing(ApiCaller caller, string party, CancellationToken cancel)
    {
        if (!FieldChecks.IsId(party) || await Party(party, cancel) is not { } buyer)
            return [];
        var bought = new List<BuyingAgreement>();
        foreach (var stored in await definitions.AgreementsBoughtBy(party, cancel))
        {
            var agreement = Stored<Agreement>(stored);
            if (agreement.Documents == "invoice" && KnownFacts.IsPartyTo(caller, agreement))
                bought.Add(new BuyingAgreement(stored.Id, agreement, await Account(agreement, buyer, cancel)));
        }

        return bought;
    }

    /// <summary>Both parties of an account as they are now, for what is printed.</summary>
    public async Task<ReceiptParties> Parties(AccountKey account, CancellationToken cancel) =>
        new(PartyOnDocument.Of((await Party(account.Seller, cancel))!), PartyOnDocument.Of((await Party(account.Buyer, cancel))!));

    private async Task<AccountKey> Account(Agreement agreement, object buyer, CancellationToken cancel) =>
        new(agreement.Seller, agreement.Buyer, References.CurrencyOf((await Party(agreement.Seller, cancel))!, buyer));

    private async Task<object?> Party(string id, CancellationToken cancel)
    {
        foreach (var kind in new[] { DefinitionKinds.Partner, DefinitionKinds.Customer, DefinitionKinds.Seller })
        {
            if (await definitions.Get(kind, id, cancel) is { } stored)
                return DefinitionKinds.Read(kind, stored.Body);
        }

        return null;
    }

    private static T Stored<T>(Definition stored) where T : class => Definitions.Stored<T>(stored.Body);
}
