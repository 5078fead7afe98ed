// Sealed lines of a subscription against lines of documents: each stands in one document, says what was sealed, and is rounded once.
using NodaTime;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Proving;

/// <summary>A line of a document with what it needs of the document. Child: the subscription, or behind it the periods over which the line waited.</summary>
public sealed record BilledLine(string Document, string? Number, decimal? Net, string Agreement, string Period, string Currency, string Child,
    int LineNumber, decimal Quantity, decimal? UnitPrice, decimal Amount, LocalDate From, LocalDate To, DocumentLineBody Body, string Status = "draft")
{
    /// <summary>In a document below zero, or in an estimate that was discarded: it is not issued, and a later one has its lines.</summary>
    public bool Waits => Number is null && ((Net < 0 && Status != EstimateStates.Credited) || EstimateStates.GoesOn(Status));

    /// <summary>The document as it is called.</summary>
    public string Name => Number ?? $"draft {Document}";
}

/// <summary>What is known of an agreement over time.</summary>
/// <param name="Modes">Every rounding mode that it ever named.</param>
/// <param name="AlwaysDocuments">Whether it always issued documents.</param>
public sealed record AgreementTerms(IReadOnlyCollection<RoundingMode> Modes, bool AlwaysDocuments);

/// <summary>Proves the lines of one subscription.</summary>
/// <param name="subscription">Its id.</param>
/// <param name="termsOf">By agreement.</param>
/// <param name="isClosed">Whether the close of an agreement's (calendar, period) is done, so that its lines must stand in a document.</param>
/// <param name="found">Where findings go.</param>
public sealed class BilledLines(string subscription, Func<string, AgreementTerms> termsOf, Func<string, string, string, bool> isClosed, ProofFindings found)
{
    /// <summary>Compares all that was sealed with all that was billed.</summary>
    public void Compare(IReadOnlyList<SealedFact> facts, IReadOnlyList<BilledLine> billed)
    {
        var left = new List<BilledLine>(billed);
        foreach (var fact in facts)
        {
            var at = left.FindIndex(line => line.Child == subscription && IsOf(line, fact));
            if (at >= 0)
            {
                var line = left[at];
                left.RemoveAt(at);
                Compare(fact.Line, line);
                Follow(line, left);
                continue;
            }

            if (!termsOf(fact.Line.Agreement).AlwaysDocuments)
                continue;
            if (isClosed(fact.Calendar, fact.Label, fact.Line.Agreement))
                found.Add($"subscription {subscription}, agreement {fact.Line.Agreement}, {fact.Label}", ProofRules.Line,
                    $"the sealed line of {fact.Line.Charge}, {fact.Line.OriginalPeriod} over {MoneyText.Exact(fact.Line.Amount)} stands in no document");
            else
                found.Waiting++;
        }

        foreach (var line in left)
            found.Add(Where(line), ProofRules.Line, $"{MoneyText.Exact(line.Amount)} for {line.Body.Charge}, {line.Body.OriginalPeriod}: no seal stands behind it");
    }

    // A line that waited is copied, once a period, under the name of the one it is copied from.
    private void Follow(BilledLine line, List<BilledLine> left)
    {
        while (line.Waits)
        {
            var name = $"{line.Child}|{line.Period}";
            var at = left.FindIndex(copy => copy.Child == name && copy.Agreement == line.Agreement && copy.LineNumber == line.LineNumber);
            if (at < 0)
            {
                found.Waiting++;
                return;
            }

            var copied = left[at];
            left.RemoveAt(at);
            if ((copied.Amount, copied.Quantity, copied.UnitPrice, copied.From, copied.To) != (line.Amount, line.Quantity, line.UnitPrice, line.From, line.To)
                || copied.Body != line.Body)
                found.Add(Where(copied), ProofRules.Line, $"is copied from {line.Name}, where it is {MoneyText.Exact(line.Amount)} and not {MoneyText.Exact(copied.Amount)}");
            line = copied;
        }
    }

    private void Compare(SealedLine fact, BilledLine line)
    {
        var modes = termsOf(line.Agreement).Modes;
        if (!modes.Any(mode => Rounding.ToCurrency(fact.Amount, line.Currency, mode) == line.Amount))
            found.Add(Where(line), ProofRules.Line,
                $"is {MoneyText.Exact(line.Amount)}; the seal has {MoneyText.Exact(fact.Amount)}, rounded "
                + string.Join(" or ", modes.Select(mode => MoneyText.Exact(Rounding.ToCurrency(fact.Amount, line.Currency, mode)))));
        if (!modes.Any(mode => Rounding.ToCurrency(fact.Prepaid, line.Currency, mode) == (line.Body.Prepaid ?? 0)))
            found.Add(Where(line), ProofRules.Line, $"prepaid is {MoneyText.Exact(line.Body.Prepaid ?? 0)}; the seal has {MoneyText.Exact(fact.Prepaid)}");
        if (line.Quantity != fact.Quantity)
            found.Add(Where(line), ProofRules.Line, $"quantity is {MoneyText.Exact(line.Quantity)}; the seal has {MoneyText.Exact(fact.Quantity)}");
        if (line.UnitPrice is { } price && price * line.Quantity != fact.Amount)
            found.Add(Where(line), ProofRules.Line,
                $"shows {MoneyText.Exact(price)} a unit, which makes {MoneyText.Exact(price * line.Quantity)}; the seal has {MoneyText.Exact(fact.Amount)}");
        var proof = !fact.IsProved ? null : new LineProof { Count = fact.Count, Sum = fact.Amount, Hash = fact.ProofHash ?? "",
            FromVersion = fact.FromVersion, ToVersion = fact.ToVersion };
        if (line.Body.Proof != proof)
            found.Add(Where(line), ProofRules.Line, $"has the proof {Text(line.Body.Proof)}; the seal has {Text(proof)}");
    }

    private static bool IsOf(BilledLine line, SealedFact fact)
    {
        var (body, own) = (line.Body, fact.Line);
        return line.Period == fact.Label && line.Agreement == own.Agreement && body.Kind == own.Kind && body.Late == own.Late && body.Plan == own.Plan
            && body.PlanVersion == own.PlanVersion && body.Charge == own.Charge && body.OriginalPeriod == own.OriginalPeriod
            && line.From == own.From && line.To == own.To;
    }

    private static string Where(BilledLine line) => $"{line.Name}, line {line.LineNumber + 1} of {line.Child}";

    private static string Text(LineProof? proof) => proof is null ? "none"
        : $"{proof.Count} events, {MoneyText.Exact(proof.Sum)}, rows {proof.FromVersion} to {proof.ToVersion}, "
            + $"{proof.Hash[..Math.Min(12, proof.Hash.Length)]}…";
}
