// A seal against the events before it: every line is what they come to, and its proof is the chain of the rows.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Proving;

/// <summary>A line that a seal has fixed, with the seal's calendar and period.</summary>
public sealed record SealedFact(string Calendar, string Label, SealedLine Line);

/// <summary>The seals of one stream, in order.</summary>
internal sealed class SealProof(string owner, CellBook book, ProofFindings found)
{
    private const string Fee = "recurring";
    private readonly Dictionary<string, Seal> newest = [];
    private readonly HashSet<(string, string, string, string, NodaTime.LocalDate)> fees = [];

    public List<SealedFact> Facts { get; } = [];

    public void Check(Seal seal, long version, byte[] chain)
    {
        found.Seals++;
        var where = $"{owner}, row {version}, seal of {seal.Calendar} {seal.Label}";
        var before = newest.GetValueOrDefault(seal.Calendar);
        if (before is not null && before.PeriodEnd >= seal.PeriodEnd)
            found.Add(where, ProofRules.Seal, $"follows the seal of {before.Label}: periods are sealed once and in order");
        newest[seal.Calendar] = seal;
        var left = seal.Lines.Where(line => line.IsProved).ToList();
        var proof = Convert.ToHexStringLower(chain);
        foreach (var cells in book.Open(seal.Calendar, seal.PeriodEnd).GroupBy(cell => (cell.Identity, cell.CoveredBy)).ToList())
        {
            var line = left.Find(line => IsOf(line, cells.Key.Identity, cells.Key.CoveredBy));
            if (line is null)
                found.Add(where, ProofRules.Seal, $"has no line of {Name(cells.Key.Identity)}, whose {cells.Sum(cell => cell.OpenCount)} events come to "
                    + MoneyText.Exact(cells.Sum(cell => cell.OpenAmount)));
            else
                Compare(where, line, [.. cells], before, version, proof);
            left.Remove(line!);
            foreach (var cell in cells)
                cell.Seal();
        }

        foreach (var line in left)
            found.Add(where, ProofRules.Seal, $"has a line of {line.Charge}, {line.OriginalPeriod} over {MoneyText.Exact(line.Amount)} that no event stands behind");
        foreach (var fee in seal.Lines.Where(line => line.Kind == Fee))
        {
            if (!fees.Add((fee.Agreement, fee.Plan, fee.Charge, fee.OriginalPeriod, fee.From)))
                found.Add(where, ProofRules.Seal, $"has the fee {fee.Charge} of {fee.OriginalPeriod} a second time");
        }

        Facts.AddRange(seal.Lines.Select(line => new SealedFact(seal.Calendar, seal.Label, line)));
    }

    private void Compare(string where, SealedLine line, BookCell[] cells, Seal? before, long version, string proof)
    {
        where += $", line of {line.Charge}, {line.OriginalPeriod}";
        Same(where, "amount", line.Amount, cells.Sum(cell => cell.OpenAmount));
        Same(where, "quantity", line.Quantity, cells.Sum(cell => cell.OpenQuantity));
        Same(where, "count of events", line.Count, cells.Sum(cell => cell.OpenCount));
        Same(where, "prepaid part", line.Prepaid, cells.Where(cell => cell.Purse != 0 && !cell.IsCovered).Sum(cell => cell.OpenAmount));
        var late = before is not null && cells[0].Identity.Period.End <= before.PeriodEnd;
        if (line.Late != late)
            found.Add(where, ProofRules.Seal, $"is {(line.Late ? "" : "not ")}marked late, but its period was {(late ? "" : "not ")}sealed before");
        var first = cells.Min(cell => cell.OpenFrom);
        if (line.FromVersion > first || line.ToVersion != version - 1)
            found.Add(where, ProofRules.Seal, $"proves rows {line.FromVersion} to {line.ToVersion}; its events stand in rows {first} to {version - 1}");
        if (line.ProofHash != proof)
            found.Add(where, ProofRules.Seal, $"has the proof {line.ProofHash}; the rows chain to {proof}");
    }

    private void Same(string where, string what, decimal said, decimal summed)
    {
        if (said != summed)
            found.Add(where, ProofRules.Seal, $"{what} is {MoneyText.Exact(said)}; the events come to {MoneyText.Exact(summed)}");
    }

    private static bool IsOf(SealedLine line, CellIdentity identity, int coveredBy) =>
        line.Kind == SealedLine.KindOf(identity, coveredBy)
        && line.Agreement == identity.Agreement && line.Plan == identity.Plan
        && line.PlanVersion == identity.PlanVersion && line.Charge == identity.Charge && line.OriginalPeriod == identity.Period.Label
        && line.From == identity.Period.From && line.To == identity.Period.To;

    private static string Name(CellIdentity identity) => $"{identity.Charge}, {identity.Period.Label} on {identity.Agreement}";
}
