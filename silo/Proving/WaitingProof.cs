// Lines that waited: whatever a period's drafts below zero hold has to stand on the documents of the agreement's next period.
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>
/// Takes documents in order of agreement, kind and period. A period may have several: where only some tax categories were below zero, a draft that was set
/// aside waits beside the one that was issued, and what it holds may have to wait again in the same way.
/// </summary>
internal sealed class WaitingProof(ProofFindings found)
{
    private (string Agreement, string Kind, string Period) at;
    private (string Period, string Name, int Lines)? before;
    private (string Period, string Name, int Lines)? waiting;
    private string first = "";
    private int carried;
    private bool isOpen;

    /// <summary>The next document, its lines read.</summary>
    public void Add(DocumentFacts facts, DocumentProof proof)
    {
        if ((facts.Agreement, facts.Kind, facts.Period) != at)
            Begin(facts);
        var name = facts.Number ?? $"draft {facts.Key}";
        if (first.Length == 0 || facts.Number is not null)
            first = name;
        isOpen |= facts.Net is null;
        if (before is { } earlier)
            carried += proof.Carried.GetValueOrDefault(earlier.Period);
        if (facts is { Number: null, Net: < 0, Status: not EstimateStates.Credited })
            waiting = (facts.Period, waiting?.Name ?? name, (waiting?.Lines ?? 0) + proof.Lines);
    }

    /// <summary>There are no more.</summary>
    public void End() => Compare();

    private void Begin(DocumentFacts facts)
    {
        Compare();
        before = (facts.Agreement, facts.Kind) == (at.Agreement, at.Kind) ? waiting : null;
        (at, waiting, first, carried, isOpen) = ((facts.Agreement, facts.Kind, facts.Period), null, "", 0, false);
    }

    // While a period is being closed, some of what waited may not have been copied yet.
    private void Compare()
    {
        if (before is { } earlier && !isOpen && carried != earlier.Lines)
            found.Add(first, ProofRules.Line, $"has {carried} lines of {earlier.Name}, which is below zero and has {earlier.Lines}");
    }
}
