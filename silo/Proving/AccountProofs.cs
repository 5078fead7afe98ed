// All accounts of a store, and what they say of documents.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>Facts and postings are read side by side. What is kept is what each document owes.</summary>
internal sealed class AccountProofs(StoreReading store, ProofFindings found)
{
    /// <summary>Outstanding and status by number.</summary>
    public Dictionary<string, (decimal Outstanding, string Status)> Owed { get; } = new(StringComparer.Ordinal);

    /// <summary>Facts proved.</summary>
    public long Facts { get; private set; }

    public async Task All(CancellationToken cancel)
    {
        await using var postings = store.Postings(cancel).GetAsyncEnumerator(cancel);
        var more = await postings.MoveNextAsync();
        AccountProof? proof = null;
        await foreach (var fact in store.AccountFacts(cancel))
        {
            if (proof?.Account != fact.Account)
            {
                Keep(proof);
                proof = new AccountProof(fact.Account, found);
            }

            var own = new List<LedgerPosting>();
            for (; more && Compare(postings.Current, fact) <= 0; more = await postings.MoveNextAsync())
            {
                if (Compare(postings.Current, fact) == 0)
                    own.Add(new LedgerPosting(postings.Current.Ledger, postings.Current.Amount));
                else
                    Orphan(postings.Current);
            }

            proof!.Fact(fact.Version, fact.RecordedAt, fact.Actor, fact.Body, own);
            Facts++;
        }

        for (; more; more = await postings.MoveNextAsync())
            Orphan(postings.Current);
        Keep(proof);
    }

    private void Keep(AccountProof? proof)
    {
        foreach (var document in proof?.Documents ?? [])
            Owed[document.Opened.Number] = (document.Outstanding, document.Status);
    }

    private void Orphan(ReadPosting posting) =>
        found.Add($"account {posting.Account}, fact {posting.Version}", ProofRules.Ledger, $"there is no such fact; a posting to {posting.Ledger} names it");

    private static int Compare(ReadPosting posting, ReadFact fact) =>
        string.CompareOrdinal(posting.Account, fact.Account) is not 0 and var order ? order : posting.Version.CompareTo(fact.Version);
}
