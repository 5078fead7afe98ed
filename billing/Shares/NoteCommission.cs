// The commission on a credit note: what the note takes back of its invoice's commission.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.Billing.Shares;

/// <summary>Pure: the same parts as the clawback's, note by note, so that all notes of an invoice together have its commission (domain 0.3, rule 22).</summary>
public static class NoteCommission
{
    /// <summary>Of the last of an invoice's notes.</summary>
    /// <param name="commission">On the invoice.</param>
    /// <param name="net">Of the invoice.</param>
    /// <param name="notes">Its notes, in order.</param>
    /// <param name="currency">ISO 4217.</param>
    public static CommissionPart Of(CommissionPart commission, decimal net, IReadOnlyList<CreditNoted> notes, string currency)
    {
        // The seller has no name among the shares of one invoice with one beneficiary.
        Share[] posted = [new(commission.Beneficiary, commission.Amount), new("", net - commission.Amount)];
        var taken = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var amount = 0m;
        foreach (var note in notes)
        {
            var parts = Clawback.Of(posted, taken, note.Net, currency);
            foreach (var part in parts) taken[part.Party] = taken.GetValueOrDefault(part.Party) + part.Amount;
            amount = parts.Where(part => part.Party == commission.Beneficiary).Sum(part => part.Amount);
        }

        return commission with { Amount = amount };
    }
}
