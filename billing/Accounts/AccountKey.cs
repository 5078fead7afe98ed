// Which account: one per seller, buyer and currency.
namespace OrleansBilling.Billing.Accounts;

/// <summary>
/// What a buyer owes a seller besides what subscriptions seal, and what is paid, credited and withheld. What a seller owes a provider or a reseller is
/// an account of its own, a payable one; then the seller is who pays and the buyer who is paid.
/// </summary>
public sealed record AccountKey(string Seller, string Buyer, string Currency, bool Payable = false)
{
    private const string PayablePrefix = "payable/";

    /// <summary>Its id: <c>seller/buyer/EUR</c>, or <c>payable/payer/payee/EUR</c>. No party's id has a slash.</summary>
    public string Id => $"{(Payable ? PayablePrefix : "")}{Seller}/{Buyer}/{Currency}";

    /// <summary>The account of an id; throws when it is none.</summary>
    public static AccountKey Parse(string id) => id.Split('/') switch
    {
        [var seller, var buyer, var currency] => new AccountKey(seller, buyer, currency),
        ["payable", var payer, var payee, var currency] => new AccountKey(payer, payee, currency, Payable: true),
        _ => throw new ArgumentException($"\"{id}\" is no account.", nameof(id)),
    };
}
