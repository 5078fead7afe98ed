// What a proof reads besides the journal: documents, their lines, numbers, definitions with their history, what is closed.
using System.Data.Common;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Proving;

/// <summary>A line with the stream of its subscription; −1: there is no such subscription.</summary>
public sealed record StreamLine(long Stream, BilledLine Line);

/// <summary>What a document's totals are made from.</summary>
public sealed record TotalLine(string Child, decimal Amount, string TaxCategory, decimal TaxRate, decimal Prepaid);

public sealed partial class StoreReading
{
    const string DocumentColumns = "select id, key, number, agreement, period, currency, net, tax, total, outstanding, body, kind, status from documents";
    const string LineColumns = """
        d.key, d.number, d.net, d.agreement, d.period, d.currency, l.child, l.line_number, l.quantity, l.unit_price, l.amount, l.period_from, l.period_to, l.body, d.status
        """;

    /// <summary>All lines that come from subscriptions, by the stream of their subscription. Names of other children have a slash in front.</summary>
    public IAsyncEnumerable<StreamLine> Lines(CancellationToken cancel)
    {
        var subscription = sqlite is null ? "split_part(l.child, '|', 1)" : "substr(l.child, 1, instr(l.child || '|', '|') - 1)";
        return Query($"""
            select coalesce(s.stream, -1) as stream, {LineColumns}
            from document_lines l join documents d on d.id = l.document
            left join definitions s on s.kind = 'subscription' and s.id = {subscription}
            where l.child not like '/%'
            order by 1
            """, reader => new StreamLine(reader.GetInt64(0), Billed(reader)), cancel);
    }

    /// <summary>Documents and drafts: of one agreement together, in order of their periods.</summary>
    public IAsyncEnumerable<(long Id, DocumentFacts Facts)> Documents(CancellationToken cancel) =>
        Query(DocumentColumns + " order by agreement, kind, period_from", reader => (reader.GetInt64(0), new DocumentFacts(reader.GetString(1), reader.Text(2),
            reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.DecimalOrNull(6), reader.DecimalOrNull(7), reader.DecimalOrNull(8),
            reader.DecimalOrNull(9), reader.GetString(10) is { Length: > 2 } body ? Billing.Json.Definitions.Stored<DocumentBody>(body) : null,
            reader.GetString(11), reader.GetString(12))), cancel);

    /// <summary>The lines of a document.</summary>
    public IAsyncEnumerable<TotalLine> LinesOf(long document, CancellationToken cancel) => Query(
        "select child, amount, tax_category, tax_rate, body from document_lines where document = @a", reader => new TotalLine(reader.GetString(0),
            reader.GetDecimal(1), reader.GetString(2), reader.GetDecimal(3), PrepaidOf(reader.GetString(4))), cancel, byKey: true, (document, null));

    /// <summary>Numbers that series gave, shorter ones first: credit notes are called after their invoice, balances taken over after what did it.</summary>
    public IAsyncEnumerable<string> Numbers(CancellationToken cancel) =>
        Query("select number from documents where number is not null and kind not in ('credit_note', 'opening_balance') order by length(number), number",
            reader => reader.GetString(0), cancel);

    /// <summary>Series with the last number that each gave.</summary>
    public IAsyncEnumerable<(string Name, long Last)> Series(CancellationToken cancel) =>
        Query("select series, last_number from document_series", reader => (reader.GetString(0), reader.GetInt64(1)), cancel);

    /// <summary>Plan versions, as stored.</summary>
    public IAsyncEnumerable<(string Id, string Body)> PlanVersions(CancellationToken cancel) =>
        Query("select id, body from definitions where kind = 'plan_version'", reader => (reader.GetString(0), reader.GetString(1)), cancel);

    /// <summary>An agreement as it is and as it was.</summary>
    public IAsyncEnumerable<string> AgreementBodies(string id, CancellationToken cancel) => Query("""
        select body from definitions where kind = 'agreement' and id = @a
        union all select body from definition_history where kind = 'agreement' and id = @a
        """, reader => reader.GetString(0), cancel, byKey: true, (null, id));

    /// <summary>Agreements that a run (<c>calendar:label</c>) is done with.</summary>
    public IAsyncEnumerable<string> ClosedIn(string run, CancellationToken cancel) =>
        Query("select agreement from close_items where run = @a and state = 2", reader => reader.GetString(0), cancel, byKey: true, (null, run));

    static BilledLine Billed(DbDataReader reader) => new(reader.GetString(1), reader.Text(2), reader.DecimalOrNull(3), reader.GetString(4),
        reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.GetInt32(8), reader.GetDecimal(9), reader.DecimalOrNull(10),
        reader.GetDecimal(11), reader.Date(12), reader.Date(13), Billing.Json.Definitions.Stored<DocumentLineBody>(reader.GetString(14)),
        reader.GetString(15));

    static decimal PrepaidOf(string body) =>
        body.Contains("\"prepaid\"", StringComparison.Ordinal) ? Billing.Json.Definitions.Stored<DocumentLineBody>(body).Prepaid ?? 0 : 0;
}
