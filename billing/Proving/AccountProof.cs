// One account made again from its facts: each can be applied, and its postings are those that it means.
using System.Text.Json;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Money;
using NodaTime;

namespace OrleansBilling.Billing.Proving;

/// <summary>Facts come in order of their versions, each with its stored postings.</summary>
public sealed class AccountProof(string account, ProofFindings found)
{
    private readonly AccountState state = new(AccountKey.Parse(account));
    private bool readable = true;

    /// <summary>Its id.</summary>
    public string Account => account;

    /// <summary>What its documents owe, as far as it could be read.</summary>
    public IReadOnlyList<OpenDocument> Documents => state.Documents;

    /// <summary>The next fact.</summary>
    public void Fact(long version, Instant recordedAt, string actor, string body, IReadOnlyList<LedgerPosting> stored)
    {
        if (!readable)
            return;
        var where = $"account {account}, fact {version}";
        try
        {
            var fact = AccountFact.Read(body);
            state.Apply(new RecordedFact(version, recordedAt, actor, fact));
            var meant = Postings.Of(fact, state.Key);
            if (!meant.SequenceEqual(stored))
                found.Add(where, ProofRules.Ledger, $"has the postings {Text(stored)}; {fact.FactKind} means {Text(meant)}");
        }
        catch (Exception fault) when (fault is InvalidOperationException or JsonException or InvalidDataException or KeyNotFoundException or ArgumentException)
        {
            readable = false;
            found.Add(where, ProofRules.Account, $"{fault.Message} Nothing behind it is proved");
        }
    }

    private static string Text(IReadOnlyList<LedgerPosting> postings) =>
        postings.Count == 0 ? "none" : string.Join(", ", postings.Select(line => $"{line.Ledger} {MoneyText.Exact(line.Amount)}"));
}
