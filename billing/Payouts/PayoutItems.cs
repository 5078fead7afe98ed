// Payouts as they are listed.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Payouts;

/// <summary>Pure: of the state after a fact, and of a payout that gets its number in the transaction that gives it.</summary>
public static class PayoutItems
{
    /// <summary>What a fact changes of payouts.</summary>
    public static IEnumerable<ListedItem> Of(AccountFact fact, AccountState state) => NumberOf(fact) is { } number
        ? [Item(PayoutFigures.Of(state.Key, state.Payables.Find(number)!), state.Payables.Find(number)!.Made)]
        : [];

    /// <summary>Of a payout that has just got its number.</summary>
    public static ListedItem Issued(AccountKey key, Payout payout, string number) =>
        Item(new PayoutFigures(number, key.Seller, key.Buyer, payout.Made.Period, "closed", payout.Made.Amount, key.Currency), payout.Made);

    /// <summary>The statement whose status a fact changes, or null.</summary>
    public static string? NumberOf(AccountFact fact) => fact switch
    {
        PayoutPaid paid => paid.Number,
        PayoutReturned returned => returned.Number,
        _ => null,
    };

    private static ListedItem Item(PayoutFigures figures, PayoutMade made) => new(ItemKinds.Payout, figures.Number, null, made.Before, figures.Status,
        made.Period, figures.Status == "closed" ? figures.Amount : 0, Definitions.Write(figures));
}
