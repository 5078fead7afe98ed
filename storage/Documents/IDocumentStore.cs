// Documents as stored facts: drafts that collect lines child by child, then gapless numbers; never computed on reading.
using NodaTime;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.Storage.Documents;

/// <summary>Drafts, documents, lines and number series.</summary>
public interface IDocumentStore
{
    /// <summary>Creates an empty draft unless its key exists already (any status); answers what stands there.</summary>
    Task<DocumentHeader> CreateDraft(DocumentHeader draft, CancellationToken cancel);

    /// <summary>
    /// Adds the lines of children to a draft, all in one transaction. A child that has reported before is left out, so repeating changes
    /// nothing. A child without lines counts as reported. Answers what has been reported to the draft now.
    /// </summary>
    Task<DraftSums> AddChildren(string documentKey, IReadOnlyList<ChildLines> children, CancellationToken cancel);

    /// <summary>
    /// Takes all lines of some tax categories and rates out of a draft, which sums to <paramref name="left"/> then. Not out of an issued document.
    /// </summary>
    Task RemoveLines(string documentKey, IReadOnlyList<(string Category, decimal Rate)> taxes, DraftSums left, CancellationToken cancel);

    /// <summary>Lines in (position, child, line number) order; streamed.</summary>
    IAsyncEnumerable<DocumentLine> Lines(string documentKey, CancellationToken cancel);

    /// <summary>Names of the children that have reported to a document, those without lines too, in order; page with the last one seen.</summary>
    Task<IReadOnlyList<string>> Children(string documentKey, string? after, int limit, CancellationToken cancel);

    /// <summary>Writes the totals of a draft that is complete (status stays draft).</summary>
    Task SetTotals(string documentKey, DocumentTotals totals, CancellationToken cancel);

    /// <summary>Removes a draft without lines ("no lines: no document and no number"). Does nothing to an issued document.</summary>
    Task DiscardDraft(string documentKey, CancellationToken cancel);

    /// <summary>
    /// Gives drafts the next numbers of their series in the given order, sets issue date, due date, status and the rest, one transaction. Drafts that have
    /// their number already keep it. Up to 500 a call.
    /// </summary>
    Task<IReadOnlyList<DocumentHeader>> Issue(IReadOnlyList<IssueOrder> orders, CancellationToken cancel);

    /// <summary>Changes the status of a draft that has another one now; false: it has not, or is issued.</summary>
    Task<bool> Review(string documentKey, string from, string to, CancellationToken cancel);

    /// <summary>Drafts of an agreement with one of two statuses, by period.</summary>
    Task<IReadOnlyList<DocumentHeader>> Reviewed(string agreement, string status, string orStatus, CancellationToken cancel);

    /// <summary>Drafts that somebody looks at or has discarded, in order of their keys.</summary>
    Task<IReadOnlyList<DocumentHeader>> Estimates(EstimateFilter filter, string? afterKey, int limit, CancellationToken cancel);

    /// <summary>Invoices of an account (seller, buyer and currency) that it knows nothing of, in the order of issue.</summary>
    Task<IReadOnlyList<DocumentHeader>> Unopened(string account, string seller, string buyer, string currency, int limit, CancellationToken cancel);

    /// <summary>By number, or null. Drafts have none.</summary>
    Task<DocumentHeader?> Get(string number, CancellationToken cancel);

    /// <summary>By key (agreement | period | kind), or null.</summary>
    Task<DocumentHeader?> GetByKey(string documentKey, CancellationToken cancel);

    /// <summary>Those of up to 500 keys that exist.</summary>
    Task<IReadOnlyDictionary<string, DocumentHeader>> GetByKeys(IReadOnlyList<string> documentKeys, CancellationToken cancel);

    /// <summary>
    /// Issued documents that match, newest first: by issue date, and of one date the number given last in its series. Page with the last number seen.
    /// </summary>
    Task<IReadOnlyList<DocumentHeader>> List(DocumentFilter filter, string? afterNumber, int limit, CancellationToken cancel);
}

/// <summary>All of a document but its lines. Number, dates and totals are null while it is a draft.</summary>
/// <param name="Body">Frozen facts as JSON: names, addresses, tax ids, bank account, tax breakdown, texts.</param>
/// <param name="PaidOn">The day on which it was settled in full.</param>
public sealed record DocumentHeader(string Key, string? Number, string Kind, string Status, string Seller, string Buyer, string Agreement,
    string Calendar, string Period, LocalDate PeriodFrom, LocalDate PeriodTo, string Currency, LocalDate? IssueDate, LocalDate? DueDate,
    decimal? Net, decimal? Tax, decimal? Total, decimal? Outstanding, string? PaymentReference, string Body, Instant CreatedAt,
    LocalDate? PaidOn = null);

/// <summary>The rounded lines of one child.</summary>
/// <param name="Prepaid">What wallets have paid of them.</param>
/// <param name="Revenue">Their sums by what was sold.</param>
/// <param name="Beside">Not one of the children that a close expects.</param>
public sealed record ChildLines(string Child, IReadOnlyList<DocumentLine> Lines, decimal Prepaid = 0, IReadOnlyList<RevenueSum>? Revenue = null,
    bool Beside = false);

/// <summary>
/// One rounded line. Quantity, unit price and amount are exact decimals; Amount has the currency's digits. Position orders groups on the
/// document. Body carries what is printed or proved besides (JSON: description, period, charge, plan version, proof).
/// </summary>
public sealed record DocumentLine(int Position, string Child, int LineNumber, string Customer, string Description, decimal Quantity,
    decimal? UnitPrice, decimal Amount, string TaxCategory, decimal TaxRate, LocalDate PeriodFrom, LocalDate PeriodTo, string Body);

/// <summary>Sums of a complete draft. Body replaces the header's body.</summary>
public sealed record DocumentTotals(decimal Net, decimal Tax, decimal Total, string Body);

/// <summary>What issuing writes. NumberFormat has one <c>{0}</c> for the series number, e.g. <c>OPERATOR-2025-{0:000000}</c>.</summary>
/// <param name="Book">What the account is told in the same transaction, of the document with its number; null: nothing.</param>
public sealed record IssueOrder(string DocumentKey, string Series, string NumberFormat, LocalDate IssueDate, LocalDate DueDate, string Status,
    decimal Outstanding, Func<DocumentHeader, AccountEntry>? Book = null);

/// <summary>Null members do not filter. Calendar: of its agreements. VisibleTo: only with this party as seller or buyer.</summary>
public sealed record EstimateFilter(string? Buyer = null, string? Status = null, string? Calendar = null, string? VisibleTo = null);

/// <summary>
/// Null members do not filter. Party matches seller or buyer. VisibleTo: only documents with one of these parties as seller or buyer. Month: those whose period
/// is this month, or is named by a date in it.
/// </summary>
public sealed record DocumentFilter(string? Party = null, string? Kind = null, string? Status = null, string? Period = null,
    IReadOnlyList<string>? VisibleTo = null, string? Month = null, string? Agreement = null);
