// All accounts of a store, and what they say of documents and of one another.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>Facts, postings, what is listed and heads are read side by side. What is kept is what each document owes.</summary>
internal sealed class AccountProofs(StoreReading store, ProofFindings found)
{
    private readonly SharesBetween shares = new();

    /// <summary>What stands in the books of wallets.</summary>
    public WalletsBetween Wallets { get; } = new();

    /// <summary>Outstanding and status by number.</summary>
    public Dictionary<string, (decimal Outstanding, string Status)> Owed { get; } = new(StringComparer.Ordinal);

    /// <summary>What credit notes give back at the end of agreements, by draft.</summary>
    public Dictionary<string, decimal> Endings { get; } = new(StringComparer.Ordinal);

    /// <summary>Facts proved.</summary>
    public long Facts { get; private set; }

    public async Task All(CancellationToken cancel)
    {
        await using var facts = new Side<ReadFact>(store.AccountFacts(cancel), fact => fact.Account);
        await using var postings = new Side<ReadPosting>(store.Postings(cancel), posting => posting.Account);
        await using var items = new Side<ReadItem>(store.AccountItems(cancel), item => item.Account);
        await using var heads = new Side<ReadHead>(store.AccountHeads(cancel), head => head.Account);
        await foreach (var account in Side<ReadFact>.Keys(facts, postings, items, heads))
        {
            var proof = new AccountProof(account, shares, Wallets, found);
            await Prove(proof, facts, postings);
            await foreach (var item in items.Of(account))
                proof.Item(item.Kind, item.Id, item.Status, item.Run, item.Remaining, item.Body);
            var kept = false;
            await foreach (var head in heads.Of(account))
            {
                proof.End(head.Version, head.Unapplied);
                kept = true;
            }

            if (!kept)
                found.Add($"account {account}", ProofRules.Account, "has facts, postings or items, and is kept nowhere");
            foreach (var (number, outstanding, status) in proof.Documents)
                Owed[number] = (outstanding, status);
            foreach (var (draft, net) in proof.Endings)
                Endings[draft] = Endings.GetValueOrDefault(draft) + net;
        }

        shares.End(found);
    }

    private async Task Prove(AccountProof proof, Side<ReadFact> facts, Side<ReadPosting> postings)
    {
        await using var own = postings.Of(proof.Account).GetAsyncEnumerator();
        var more = await own.MoveNextAsync();
        await foreach (var fact in facts.Of(proof.Account))
        {
            var lines = new List<LedgerPosting>();
            for (; more && own.Current.Version <= fact.Version; more = await own.MoveNextAsync())
            {
                if (own.Current.Version == fact.Version)
                    lines.Add(new LedgerPosting(own.Current.Ledger, own.Current.Amount));
                else
                    Orphan(own.Current);
            }

            proof.Fact(fact.Version, fact.RecordedAt, fact.Actor, fact.Body, lines);
            Facts++;
        }

        for (; more; more = await own.MoveNextAsync())
            Orphan(own.Current);
    }

    private void Orphan(ReadPosting posting) =>
        found.Add($"account {posting.Account}, fact {posting.Version}", ProofRules.Ledger, $"there is no such fact; a posting to {posting.Ledger} names it");
}
