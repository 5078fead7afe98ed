// Whether a wallet can pay for a leg: its owner must be the one who owes, in the money that the leg is priced in.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>Asked when everything that the subscription names is known.</summary>
public static class FundingRules
{
    /// <summary>Fees in advance are taken from wallets.</summary>
    internal const string FromWallet = "wallet";

    /// <summary>Whether fees in advance are taken from wallets.</summary>
    public static bool TakesFees(Funding funding) => funding.Fees == FromWallet;

    /// <summary>Adds what does not fit.</summary>
    public static void Check(Subscription subscription, KnownDefinitions known, FieldErrors errors)
    {
        for (var i = 0; i < subscription.Legs.Length; i++)
        {
            if (subscription.Legs[i].Wallet is { } id && known.Find<Wallet>(DefinitionKinds.Wallet, id) is { } wallet)
                CheckLeg(subscription.Legs[i], wallet, known, $"legs[{i}].wallet", id, errors);
        }

        if (subscription.Funding.Wallet is not { } funding || known.Find<Wallet>(DefinitionKinds.Wallet, funding) is not { } paying)
            return;
        var paid = subscription.Legs.Where(leg => leg.Wallet == funding || (leg.Wallet is null && BuyerOf(leg, known) == paying.Owner)).ToList();
        if (paid.Count == 0)
            errors.Add("funding.wallet", $"wallet \"{funding}\" belongs to \"{paying.Owner}\", who is the buyer of no leg");
        foreach (var leg in paid)
            CheckLeg(leg, paying, known, "funding.wallet", funding, errors);
    }

    private static void CheckLeg(Leg leg, Wallet wallet, KnownDefinitions known, string field, string id, FieldErrors errors)
    {
        if (BuyerOf(leg, known) is { } buyer && buyer != wallet.Owner)
            errors.Add(field, $"wallet \"{id}\" belongs to \"{wallet.Owner}\", but \"{buyer}\" is the buyer of agreement \"{leg.Agreement}\"");
        if (wallet.Seller is { } named && SellerOf(leg, known) is { } seller && seller != named)
            errors.Add(field, $"the money of wallet \"{id}\" is with \"{named}\", but \"{seller}\" is the seller of agreement \"{leg.Agreement}\"");
        if (wallet.Currency is { } currency && known.Find<Plan>(DefinitionKinds.Plan, leg.Plan) is { } plan && plan.Currency != currency)
            errors.Add(field, $"wallet \"{id}\" is in {currency}, but plan \"{leg.Plan}\" is priced in {plan.Currency}");
    }

    private static string? SellerOf(Leg leg, KnownDefinitions known) => known.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement)?.Seller;

    private static string? BuyerOf(Leg leg, KnownDefinitions known) => known.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement)?.Buyer;
}
