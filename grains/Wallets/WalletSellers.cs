// In whose books a wallet's money stands, and who stands on a receipt.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Wallets;

/// <summary>Reads definitions. An agreement without invoices posts nothing, so who sells by it has no books here.</summary>
public sealed class WalletSellers(IDefinitionStore definitions)
{
    private static readonly string[] Kinds = [DefinitionKinds.Partner, DefinitionKinds.Customer, DefinitionKinds.Seller];

    /// <summary>Accounts whose books may have a wallet's money: one where its seller is named, none of a wallet of units or inside another one.</summary>
    public async Task<IReadOnlyList<AccountKey>> Of(Wallet wallet, CancellationToken cancel)
    {
        if (wallet.Currency is not { } currency || wallet.Parent is not null)
            return [];
        if (wallet.Seller is { } named)
            return [new AccountKey(named, wallet.Owner, currency)];
        var sellers = (await definitions.AgreementsBoughtBy(wallet.Owner, cancel)).Select(stored => Billing.Json.Definitions.Stored<Agreement>(stored.Body))
            .Where(agreement => agreement.Documents == "invoice").Select(agreement => agreement.Seller).Distinct(StringComparer.Ordinal).ToList();
        if (sellers.Count == 0)
            return [];
        var (owner, found) = ((await Party(wallet.Owner, cancel))!, new List<AccountKey>());
        foreach (var seller in sellers)
        {
            if (References.CurrencyOf((await Party(seller, cancel))!, owner) == currency)
                found.Add(new AccountKey(seller, wallet.Owner, currency));
        }

        return found;
    }

    /// <summary>A receipt for what was paid in at an instant.</summary>
    public async Task<TopUpReceipt> Receipt(string wallet, AccountKey account, WalletBooking entry, Instant at, CancellationToken cancel)
    {
        var (seller, buyer) = ((await Party(account.Seller, cancel))!, (await Party(account.Buyer, cancel))!);
        var zone = seller is Seller { TimeZone: var own } ? own : (seller as Partner)?.TimeZone;
        var number = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"R-{wallet}-{entry.Receipt:000000}");
        return new TopUpReceipt(number, at.InZone(zone is null ? DateTimeZone.Utc : DateTimeZoneProviders.Tzdb[zone]).Date,
            new ReceiptParties(PartyOnDocument.Of(seller), PartyOnDocument.Of(buyer)));
    }

    private async Task<object?> Party(string id, CancellationToken cancel)
    {
        foreach (var kind in Kinds)
        {
            if (await definitions.Get(kind, id, cancel) is { } stored)
                return DefinitionKinds.Read(kind, stored.Body);
        }

        return null;
    }
}
