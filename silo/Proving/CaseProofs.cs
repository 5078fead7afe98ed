// States of parties and dunning cases of a store.
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>Facts and what is kept are read side by side.</summary>
internal sealed class CaseProofs(StoreReading store, ProofFindings found)
{
    /// <summary>Facts proved.</summary>
    public long Facts { get; private set; }

    public async Task All(CancellationToken cancel)
    {
        await Compare(store.PartyFacts(cancel), store.PartyStates(cancel), party => new PartyProof(party, found),
            kept => PartyProof.Comparable(kept.Status, kept.Body));
        await Compare(store.DunningFacts(cancel), store.DunningCases(cancel), agreement => new DunningProof(agreement, found),
            kept => DunningProof.Comparable(kept.Body));
    }

    private async Task Compare(IAsyncEnumerable<ReadCaseFact> rows, IAsyncEnumerable<ReadCase> cases, Func<string, CaseProof> proofOf,
        Func<ReadCase, string> textOf)
    {
        await using var facts = new Side<ReadCaseFact>(rows, fact => fact.Of);
        await using var keeping = new Side<ReadCase>(cases, one => one.Of);
        await foreach (var name in Side<ReadCase>.Keys(facts, keeping))
        {
            var proof = proofOf(name);
            await foreach (var fact in facts.Of(name))
            {
                proof.Fact(fact.Version, fact.At, fact.Body);
                Facts++;
            }

            var kept = false;
            await foreach (var one in keeping.Of(name))
            {
                proof.End(one.Version, textOf(one));
                kept = true;
            }

            if (!kept)
                proof.End(null, null);
        }
    }
}
