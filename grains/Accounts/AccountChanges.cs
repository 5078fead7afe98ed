// The one place where facts of billing become rows of the store.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Grains.Accounts;

/// <summary>Applies facts and collects what commits with them.</summary>
internal sealed class AccountChanges(AccountState state)
{
    private const string DueKind = "account";

    private readonly List<NewFact> facts = [];
    private readonly Dictionary<(string Kind, string Id), AccountItem> items = [];
    private readonly HashSet<string> documents = [];

    /// <summary>The next fact.</summary>
    public void Apply(AccountFact fact, Instant at, string actor)
    {
        state.Apply(new RecordedFact(state.Version + 1, at, actor, fact));
        facts.Add(Row(fact, state.Key, at, actor));
        foreach (var item in AccountItems.Of(fact, state))
            items[(item.Kind, item.Id)] = Row(item, state.Key);
        documents.UnionWith(AccountItems.DocumentsOf(fact));
    }

    /// <summary>What to append on a version.</summary>
    public AccountCommit Commit(long expected)
    {
        var key = state.Key;
        var entry = new AccountEntry(key.Id, key.Seller, key.Buyer, key.Currency, expected, facts, [.. items.Values], state.Unapplied);
        return new AccountCommit([entry], [.. documents.Order(StringComparer.Ordinal).Select(number => state.Document(number)!)
            .Select(document => new DocumentChange(document.Opened.Number, document.Status, document.Outstanding, document.PaidOn))]);
    }

    /// <summary>A document that is opened in the transaction that issues it, whatever stands in its account.</summary>
    public static AccountEntry Open(DocumentOpened opened, AccountKey key, Instant at) => new(key.Id, key.Seller, key.Buyer, key.Currency, null,
        [Row(opened, key, at, AccountLedger.System)], [], WhenUnapplied: new DueWork(at, Identifiers.Account(key.Id), DueKind));

    private static NewFact Row(AccountFact fact, AccountKey key, Instant at, string actor) => new(fact.FactKind, fact.FactId, at, actor, fact.ToBody(),
        [.. Postings.Of(fact, key).Select(posting => new PostingLine(posting.Ledger, posting.Amount))]);

    private static AccountItem Row(ListedItem item, AccountKey key) => new(item.Kind, item.Id, key.Id, key.Seller, key.Buyer, item.Agreement, item.At,
        item.Status, item.Run, item.Remaining, item.Body);
}
