// What facts of a customer's account mean in the accounts of the parties that share.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Shares;

namespace OrleansBilling.Billing.Payouts;

/// <summary>Pure. They commit together with the fact that they follow from. The seller's own share is nobody's payable: it keeps it.</summary>
public static class PayableFacts
{
    /// <summary>By party, of the state after the fact.</summary>
    public static IEnumerable<(AccountKey Payable, AccountFact Fact)> Of(AccountFact fact, AccountState state) => fact switch
    {
        SharesAccrued accrued => Of(accrued.Shares, state).SelectMany(share => Accrued(accrued, share, state)),
        SharesDue due => Of(state.Shares.Of(due.Document)!.Left, state)
            .Select(share => (KeyOf(share, state), (AccountFact)Released(state.Shares.Of(due.Document)!.Accrued, due.Number,
                due.Payable ? share.Amount : -share.Amount, state))),
        SharesTakenBack back => Of(back.Shares, state).Select(share => (KeyOf(share, state), (AccountFact)ClawedBack(back, share, state))),
        _ => [],
    };

    private static IEnumerable<Share> Of(IEnumerable<Share> shares, AccountState state) =>
        shares.Where(share => share.Party != state.Key.Seller && share.Amount != 0);

    private static IEnumerable<(AccountKey, AccountFact)> Accrued(SharesAccrued accrued, Share share, AccountState state)
    {
        var key = KeyOf(share, state);
        yield return (key, new ShareAccrued { Document = accrued.Document, Customer = state.Key.Buyer, Amount = share.Amount });
        if (accrued.AtIssue) yield return (key, Released(accrued, 0, share.Amount, state));
    }

    private static ShareReleased Released(SharesAccrued accrued, int number, decimal amount, AccountState state) =>
        new() { Document = accrued.Document, Customer = state.Key.Buyer, Number = number, Calendar = accrued.Calendar, Amount = amount };

    private static ShareClawedBack ClawedBack(SharesTakenBack back, Share share, AccountState state)
    {
        var shares = state.Shares.Of(back.Document)!;
        return new ShareClawedBack
        {
            Document = back.Document, Customer = state.Key.Buyer, Number = back.Number, Calendar = shares.Accrued.Calendar, Amount = share.Amount,
            WasPayable = shares.IsPayable,
        };
    }

    private static AccountKey KeyOf(Share share, AccountState state) => new(state.Key.Seller, share.Party, state.Key.Currency, Payable: true);
}
