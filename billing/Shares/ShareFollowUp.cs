// What payments, reversals and credit notes mean for shares: decided with them, so that both stand or neither does.
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Shares;

/// <summary>
/// Pure. Shares are payable while their invoice owes nothing (domain 1.2: accrued on invoicing, payable on payment), those at issue from then on. What is
/// credited is taken back first, so that only what is left becomes payable.
/// </summary>
public static class ShareFollowUp
{
    /// <summary>The next fact that must stand with what has been applied to these documents; null: all is said.</summary>
    public static AccountFact? Next(AccountState state, IEnumerable<string> documents) =>
        documents.Order(StringComparer.Ordinal).Select(state.Shares.Of).OfType<DocumentShares>()
            .Select(shares => Next(shares, state.Document(shares.Accrued.Document)!, state.Key.Currency)).FirstOrDefault(fact => fact is not null);

    private static AccountFact? Next(DocumentShares shares, OpenDocument document, string currency)
    {
        if (document.CreditedNet > shares.TakenNet)
        {
            return new SharesTakenBack
            {
                Document = shares.Accrued.Document,
                Number = shares.TakenBack + 1,
                Shares = [.. NoteClawback.Next(shares, document.Notes, currency)],
            };
        }

        var payable = shares.Accrued.AtIssue || document.Outstanding == 0;
        return payable == shares.IsPayable ? null
            : new SharesDue { Document = shares.Accrued.Document, Number = shares.Turns + 1, Payable = payable };
    }
}
