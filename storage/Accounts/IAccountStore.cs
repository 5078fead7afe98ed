// Accounts: their facts, and what commits together with them.
using NodaTime;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Storage.Accounts;

/// <summary>
/// Facts are appended by whoever knows the newest version; what they change besides (documents, postings, items) commits with them. Repeating a lost
/// append changes nothing: it is read again, and decided again.
/// </summary>
public interface IAccountStore
{
    /// <summary>Facts behind a version, in order.</summary>
    Task<IReadOnlyList<AccountFactRow>> Load(string account, long afterVersion, int limit, CancellationToken cancel);

    /// <summary>All of it, or nothing.</summary>
    Task<AppendOutcome> Append(AccountCommit commit, CancellationToken cancel);

    /// <summary>An item of a kind by its id, or null.</summary>
    Task<AccountItem?> Item(string kind, string id, CancellationToken cancel);

    /// <summary>Items that match, in order of their ids.</summary>
    Task<IReadOnlyList<AccountItem>> Items(ItemFilter filter, string? afterId, int limit, CancellationToken cancel);

    /// <summary>Accounts of a buyer or a seller, in order of their ids. Null does not filter.</summary>
    Task<IReadOnlyList<AccountHead>> Accounts(string? seller, string? buyer, string? afterId, int limit, CancellationToken cancel);

    /// <summary>Documents with something outstanding, in order of their numbers. Null does not filter.</summary>
    Task<IReadOnlyList<ReceivableRow>> Receivables(LedgerFilter filter, string? afterNumber, int limit, CancellationToken cancel);

    /// <summary>Sums of postings by ledger account and currency, in order.</summary>
    Task<IReadOnlyList<LedgerBalance>> TrialBalance(LedgerFilter filter, CancellationToken cancel);

    /// <summary>Postings by account, version and line, behind one of them.</summary>
    Task<IReadOnlyList<StoredPosting>> Postings(LedgerFilter filter, (string Account, long Version, int Line)? after, int limit, CancellationToken cancel);

    /// <summary>
    /// Of up to 10,000 agreements those with items that a run has to take: submitted ones before an instant, or those that the run (<c>calendar:period</c>)
    /// has taken already.
    /// </summary>
    Task<IReadOnlySet<string>> AgreementsToSeal(IReadOnlyList<string> agreements, string run, Instant before, CancellationToken cancel);
}

/// <summary>How an append ended.</summary>
public enum AppendOutcome
{
    /// <summary>It is durable.</summary>
    Appended,
    /// <summary>Somebody else has written to the account: nothing is written.</summary>
    VersionTaken,
    /// <summary>A fact or an item of this kind and id belongs to another one: nothing is written.</summary>
    IdTaken,
}

/// <summary>A fact as stored.</summary>
public sealed record AccountFactRow(string Account, long Version, string Kind, string FactId, Instant RecordedAt, string Actor, string Body);

/// <summary>One debit (above zero) or credit (below) of a fact.</summary>
public sealed record PostingLine(string Ledger, decimal Amount);

/// <summary>A fact to be appended, with its postings.</summary>
public sealed record NewFact(string Kind, string FactId, Instant RecordedAt, string Actor, string Body, IReadOnlyList<PostingLine> Postings);

/// <summary>Something of an account that is listed and found by id: a charge, a payment.</summary>
/// <param name="Agreement">Of what a close has to take.</param>
/// <param name="At">Its instant in lists, and for a close.</param>
/// <param name="Status">A word of the API; <c>submitted</c>: a close has to take it.</param>
/// <param name="Run">The newest close that has taken of it.</param>
/// <param name="Remaining">Not billed, not used.</param>
/// <param name="Body">All that is answered of it, as JSON.</param>
public sealed record AccountItem(string Kind, string Id, string Account, string Seller, string Buyer, string? Agreement, Instant At, string Status,
    string? Run, decimal Remaining, string Body);

/// <summary>Null members do not filter. VisibleTo: only items with this party as seller or buyer.</summary>
public sealed record ItemFilter(string Kind, string? Buyer = null, string? Seller = null, string? Status = null, string? VisibleTo = null,
    string? Run = null);

/// <summary>An account, and how many facts it has.</summary>
/// <param name="Unapplied">Received or credited and not used.</param>
public sealed record AccountHead(string Id, string Seller, string Buyer, string Currency, long Version, decimal Unapplied);

/// <summary>Facts for one account.</summary>
/// <param name="Expected">The version that was decided on; null: whatever stands there, the facts come behind it.</param>
/// <param name="Unapplied">What is unapplied then; null: unchanged.</param>
/// <param name="WhenUnapplied">A row of due work, written when the account has something unapplied.</param>
/// <param name="Due">Rows of due work that are written in any case.</param>
/// <param name="Dunning">A row of due work for the account's dunning: of an entry with an expected version only where there is a case.</param>
public sealed record AccountEntry(string Account, string Seller, string Buyer, string Currency, long? Expected, IReadOnlyList<NewFact> Facts,
    IReadOnlyList<AccountItem> Items, decimal? Unapplied = null, DueWork? WhenUnapplied = null,
    IReadOnlyList<DueWork>? Due = null, DueWork? Dunning = null);

/// <summary>What changes of a document by payments and credit.</summary>
public sealed record DocumentChange(string Number, string Status, decimal Outstanding, LocalDate? PaidOn);

/// <summary>A document that a fact makes, whole and with its number: a credit note.</summary>
public sealed record NewDocument(DocumentHeader Header, IReadOnlyList<DocumentLine> Lines);

/// <summary>One transaction.</summary>
public sealed record AccountCommit(IReadOnlyList<AccountEntry> Entries, IReadOnlyList<DocumentChange> Documents,
    IReadOnlyList<NewDocument>? NewDocuments = null);

/// <summary>What a ledger account has come to.</summary>
public sealed record LedgerBalance(string Ledger, string Currency, decimal Debit, decimal Credit);

/// <summary>A posting as stored, with the fact that made it.</summary>
public sealed record StoredPosting(string Account, long Version, int Line, string Ledger, decimal Amount, string Currency, Instant RecordedAt,
    string Fact, string FactId);

/// <summary>A document that is owed.</summary>
public sealed record ReceivableRow(string Number, string Seller, string Buyer, string Currency, LocalDate DueDate, decimal Outstanding);

/// <summary>Whose books, with whom; null does not filter.</summary>
public sealed record LedgerFilter(string? Seller = null, string? Buyer = null);
