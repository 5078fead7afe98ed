// Purchases on account: nothing is bought that is above the buyer's service balance (domain 0.3, rule 26).
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>
/// Who owns what is bought says what it costs; here the balance is read and the purchase let in. In one process purchases of an account come one after the
/// other, so that each sees what the one before has left.
/// </summary>
public sealed class PurchaseDesk(ServiceBalance balances, IDefinitionStore definitions, IGrainFactory grains) : IDisposable
{
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Limits.PurchaseTurns).Select(_ => new SemaphoreSlim(1))];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(turns, turn => turn.Dispose());

    /// <summary>What a definition or command would buy.</summary>
    public static IReadOnlyList<PricedPurchase> Priced(DefineAnswer answer) => Billing.Json.Definitions.Stored<PricedPurchase[]>(answer.Body);

    /// <summary>What a package would cost.</summary>
    public static IReadOnlyList<PricedPurchase> Priced(GrantAnswer answer) =>
        answer.Purchase is { } priced ? [Billing.Json.Definitions.Stored<PricedPurchase>(priced)] : [];

    /// <summary>What a charge would cost; nothing: it is a discount, it stands already, or its agreement names no credit limit.</summary>
    public async Task<IReadOnlyList<PricedPurchase>> Priced(BuyingAgreement agreement, Charged charge, CancellationToken cancel) =>
        charge.Amount > 0 && Purchases.IsLimited(agreement.Agreement)
            && await grains.GetGrain<IAccountGrain>(agreement.Account.Id).PriceOf(agreement.Id, charge.Id, charge.Amount,
                LocalDatePattern.Iso.Format(charge.To), cancel) is { } amount
            ? [new PricedPurchase(agreement.Account.Id, amount)]
            : [];

    /// <summary>Buys if every account bears its part; else the problem.</summary>
    public async Task<(T? Bought, Problem? Problem)> Buy<T>(ApiCaller caller, IReadOnlyList<PricedPurchase> purchases, Func<Task<T>> buy,
        CancellationToken cancel)
    {
        // In one order, so that no two wait for each other.
        var places = purchases.Select(PlaceOf).Distinct().Order().ToList();
        var taken = 0;
        try
        {
            for (; taken < places.Count; taken++)
                await turns[places[taken]].WaitAsync(cancel);
            foreach (var purchase in purchases)
            {
                if (await Refusal(caller, AccountKey.Parse(purchase.Account), purchase.Amount, cancel) is { } refused)
                    return (default, refused);
            }

            return (await buy(), null);
        }
        finally
        {
            foreach (var place in places.Take(taken))
                turns[place].Release();
        }
    }

    private static int PlaceOf(PricedPurchase one) => (one.Account.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % Limits.PurchaseTurns;

    private async Task<Problem?> Refusal(ApiCaller caller, AccountKey account, decimal amount, CancellationToken cancel)
    {
        if (await balances.Of(account, cancel) is not { } figures)
            return Problems.Conflict($"The service balance of \"{account.Buyer}\" cannot be told: its running period is too long, or in an archive.",
                "balance_unknown");
        if (Purchases.Fits(figures, amount))
            return null;
        var level = (await definitions.Get(DefinitionKinds.Partner, account.Buyer, cancel) is null ? "customer:" : "partner:") + account.Buyer;
        ExactMoney Money(decimal value) => ExactMoney.Of(value, account.Currency);
        return Problems.AboveBalance(level, caller.Party is { } party && party != account.Seller && party != account.Buyer ? null
            : (Money(amount), Money(figures.Available)));
    }
}
