// Accruing the shares of an invoice that has been issued.
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Shares;

/// <summary>Once for each invoice; what it says is frozen on the invoice, so saying it again says the same.</summary>
public static class AccrueShares
{
    /// <summary>The fact, or nothing.</summary>
    public static Decision Decide(AccountState state, SharesAccrued shares) =>
        state.Shares.Of(shares.Document) is null ? Decision.Of(shares) : Decision.Nothing;
}
