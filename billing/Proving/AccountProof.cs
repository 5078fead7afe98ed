// One account made again from its facts: each can be applied, its postings are those that it means, and what is listed says the same.
using System.Text.Json;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Payouts;
using NodaTime;

namespace OrleansBilling.Billing.Proving;

/// <summary>Facts come in order of their versions, each with its stored postings; then what is listed, and the head.</summary>
public sealed class AccountProof(string account, SharesBetween shares, WalletsBetween wallets, ProofFindings found)
{
    private readonly AccountState state = new(AccountKey.Parse(account));
    private readonly Dictionary<(string Kind, string Id), ListedItem> items = [];
    private bool readable = true;
    private decimal owed;

    /// <summary>Its id.</summary>
    public string Account => account;

    /// <summary>What its documents and payouts say, as far as it could be read: outstanding and status by number.</summary>
    public IEnumerable<(string Number, decimal Outstanding, string Status)> Documents =>
        state.Documents.Select(document => (document.Opened.Number, document.Outstanding, document.Status))
            .Concat(state.Payables.Issued.Select(payout => PayoutFigures.Of(state.Key, payout))
                .Select(payout => (payout.Number, payout.Status == "closed" ? payout.Amount : 0, payout.Status == "closed" ? "issued" : payout.Status)));

    /// <summary>What its credit notes give back of drafts below zero, by key of the draft (domain 0.3, rule 12).</summary>
    public IEnumerable<(string Draft, decimal Net)> Endings => state.Documents.SelectMany(document => document.Notes)
        .Select(note => (Draft: CreditEnding.DraftOf(note), note.Net)).Where(note => note.Draft is not null).Select(note => (note.Draft!, note.Net));

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
            owed -= meant.Where(line => line.Ledger == Ledgers.Payable(state.Key.Buyer)).Sum(line => line.Amount);
            foreach (var item in AccountItems.Of(fact, state).Concat(Issued(fact)))
                items[(item.Kind, item.Id)] = item;
            Share(fact);
            if (fact is WalletMoney money) wallets.Stands(account, money);
        }
        catch (Exception fault) when (fault is InvalidOperationException or JsonException or InvalidDataException or KeyNotFoundException or ArgumentException)
        {
            readable = false;
            found.Add(where, ProofRules.Account, $"{fault.Message} Nothing behind it is proved");
        }
    }

    /// <summary>Something that is listed of it.</summary>
    public void Item(string kind, string id, string status, string? run, decimal remaining, string body)
    {
        if (!readable)
            return;
        var where = $"account {account}, {kind} {id}";
        if (!items.Remove((kind, id), out var meant))
            found.Add(where, ProofRules.Item, "is listed; no fact has made it");
        else if ((status, run, remaining, body) != (meant.Status, meant.Run, meant.Remaining, meant.Body))
            found.Add(where, ProofRules.Item, $"is listed as {status}, {MoneyText.Exact(remaining)} left; its facts make it {meant.Status}, "
                + $"{MoneyText.Exact(meant.Remaining)} left{(body == meant.Body ? "" : ", and other in its body")}");
    }

    /// <summary>After everything that is listed: the head of the account.</summary>
    public void End(long version, decimal unapplied)
    {
        if (!readable)
            return;
        var where = $"account {account}";
        if ((version, unapplied) != (state.Version, state.Unapplied))
            found.Add(where, ProofRules.Account, $"says {version} facts and {MoneyText.Exact(unapplied)} unapplied; it has {state.Version} and "
                + MoneyText.Exact(state.Unapplied));
        foreach (var (kind, id) in items.Keys)
            found.Add($"{where}, {kind} {id}", ProofRules.Item, "is not listed, although a fact has made it");
        if (state.Key.Payable && owed != state.Payables.Owed)
            found.Add(where, ProofRules.Share, $"is owed {MoneyText.Exact(state.Payables.Owed)}; its postings come to {MoneyText.Exact(owed)}");
    }

    // A payout is listed with the fact that gives it its number.
    private IEnumerable<ListedItem> Issued(AccountFact fact) =>
        fact is PayoutIssued issued ? [PayoutItems.Issued(state.Key, state.Payables.Find(issued.Number)!, issued.Number)] : [];

    private void Share(AccountFact fact)
    {
        if (fact is ShareAccrued or ShareReleased or ShareClawedBack)
            shares.Stands(account, fact);
        else if (fact is PayoutMade { Amount: > 0 } made && state.Payables.Unnumbered.FirstOrDefault(payout => payout.Made.Id == made.Id) is { } payout
            && payout.Entries.Sum(entry => entry.Amount) != made.Amount)
            found.Add($"account {account}, payout {made.Id}", ProofRules.Share, $"pays {MoneyText.Exact(made.Amount)}; what was payable comes to "
                + MoneyText.Exact(payout.Entries.Sum(entry => entry.Amount)));
        foreach (var (payable, meant) in PayableFacts.Of(fact, state))
            shares.Means(payable.Id, meant);
    }

    private static string Text(IReadOnlyList<LedgerPosting> postings) =>
        postings.Count == 0 ? "none" : string.Join(", ", postings.Select(line => $"{line.Ledger} {MoneyText.Exact(line.Amount)}"));
}
