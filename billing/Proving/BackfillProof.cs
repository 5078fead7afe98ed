// A second book of backfills: what was taken back is what had been counted, in every total and package, and nothing came after it.
using System.Text;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Proving;

internal sealed class BackfillProof
{
    private readonly Dictionary<string, Dictionary<(CellIdentity Identity, int Purse, int Grant), (decimal Quantity, decimal Amount)>> all = [];
    private readonly HashSet<string> reverted = [];

    /// <summary>True: the event takes a backfill back.</summary>
    public bool Count(in UsageRecord record, ReadOnlySpan<LegAmount> legs, CellBook book)
    {
        var reverts = BackfillName.IsRevert(record);
        if (!reverts && !BackfillName.Is(record.Source))
            return false;
        var id = reverts ? BackfillDecider.RevertedBy(record) : Encoding.UTF8.GetString(BackfillName.Of(record.Source).Id);
        if (reverts)
            reverted.Add(id);
        if (!all.TryGetValue(id, out var totals))
            all[id] = totals = [];
        foreach (var leg in legs)
        {
            var cell = book.Find(leg.Cell)!;
            var (quantity, amount) = totals.GetValueOrDefault((cell.Identity, cell.Purse, leg.Grant));
            totals[(cell.Identity, cell.Purse, leg.Grant)] = (quantity + leg.Quantity, amount + leg.Amount);
        }

        return reverts;
    }

    public void End(string owner, ProofFindings found)
    {
        foreach (var id in reverted)
        {
            foreach (var (of, (quantity, amount)) in all[id].Where(total => total.Value != (0, 0)))
                found.Add($"{owner}, backfill {id}", ProofRules.Revert, $"is reverted; {MoneyText.Exact(quantity)} units for {MoneyText.Exact(amount)} are left on "
                    + $"{of.Identity.Agreement}, {of.Identity.Charge}, {of.Identity.Period.Label}");
        }
    }
}
