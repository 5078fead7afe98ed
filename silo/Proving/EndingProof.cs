// What was below zero at the end of an agreement: its credit notes give back exactly that (domain 0.3, rule 12).
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>Takes all accounts first, then documents. A draft whose notes stand and which is not marked yet belongs to a close that goes on.</summary>
internal sealed class EndingProof(Dictionary<string, decimal> given, ProofFindings found)
{
    /// <summary>A document.</summary>
    public void Document(DocumentFacts facts)
    {
        if (facts.Number is not null)
            return;
        var noted = given.Remove(facts.Key, out var net);
        if (noted ? facts.Net != -net : facts.Status == EstimateStates.Credited)
            found.Add($"draft {facts.Key}", ProofRules.Ending,
                $"comes to {MoneyText.Exact(facts.Net ?? 0)} at the end of its agreement; its credit notes give back {MoneyText.Exact(net)}");
    }

    /// <summary>There are no more.</summary>
    public void End()
    {
        foreach (var (draft, net) in given)
            found.Add($"draft {draft}", ProofRules.Ending, $"is nowhere, and credit notes give back {MoneyText.Exact(net)} of it");
    }
}
