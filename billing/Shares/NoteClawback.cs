// What a credit note takes back of each party: of a line that names a bill by the shares of that bill, of the rest by those of the whole invoice.
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Shares;

/// <summary>Pure (domain 0.3, rule 22: a clawback splits by the shares as posted).</summary>
public static class NoteClawback
{
    /// <summary>The parts of the first note that has not been taken back in full.</summary>
    /// <param name="shares">Of the invoice; less was taken back than its notes credit.</param>
    /// <param name="notes">All notes of the invoice, in order.</param>
    /// <param name="currency">ISO 4217.</param>
    public static IReadOnlyList<Share> Next(DocumentShares shares, IReadOnlyList<CreditNoted> notes, string currency)
    {
        var (at, through) = (0, notes[0].Net);
        while (through <= shares.TakenNet) through += notes[++at].Net;
        var (refund, taken) = (through - shares.TakenNet, new Dictionary<string, decimal>(shares.Taken, StringComparer.Ordinal));
        var parts = Bills(shares.Accrued, notes, at, taken, currency);
        var rest = refund - parts.Sum(part => part.Amount);
        return ShareSplit.Merge([.. parts, .. rest == 0 ? [] : Clawback.Of(shares.Accrued.Shares, taken, rest, currency)]);
    }

    // What others have given back of a bill by a note of the whole invoice cannot be asked for again: that part is everybody's.
    private static List<Share> Bills(SharesAccrued accrued, IReadOnlyList<CreditNoted> notes, int at, Dictionary<string, decimal> taken, string currency)
    {
        var (parts, before) = (new List<Share>(), new Dictionary<string, Dictionary<string, decimal>>(StringComparer.Ordinal));
        foreach (var (line, isNow) in notes.Take(at + 1).SelectMany((note, index) => note.Lines.Select(line => (line, index == at))))
        {
            if (line.Bill is not { } bill || line.Amount == 0) continue;
            if (!before.TryGetValue(bill.Id, out var ofBill)) before[bill.Id] = ofBill = new(StringComparer.Ordinal);
            foreach (var part in Clawback.Of(bill.Shares, ofBill, line.Amount, currency))
            {
                ofBill[part.Party] = ofBill.GetValueOrDefault(part.Party) + part.Amount;
                var left = accrued.Shares.Where(share => share.Party == part.Party).Sum(share => share.Amount) - taken.GetValueOrDefault(part.Party);
                var amount = Math.Min(part.Amount, Math.Max(0, left));
                if (!isNow || amount == 0) continue;
                taken[part.Party] = taken.GetValueOrDefault(part.Party) + amount;
                parts.Add(part with { Amount = amount });
            }
        }

        return parts;
    }
}
