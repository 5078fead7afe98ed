// Credit notes as documents: parties and period are those of the invoice, amounts are positive.
using System.Text.Json;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Shares;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Accounts;

/// <summary>They commit with the fact that makes them.</summary>
internal static class CreditNoteDocuments
{
    private const string Child = "/credit";

    /// <summary>Of the credit notes among facts.</summary>
    public static async Task<IReadOnlyList<NewDocument>> Of(IEnumerable<AccountFact> facts, AccountState state, IDocumentStore documents, Instant now,
        CancellationToken cancel)
    {
        var notes = new List<NewDocument>();
        foreach (var note in facts.OfType<CreditNoted>())
        {
            var invoice = await documents.Get(note.Document, cancel) ?? throw new InvalidOperationException($"Document {note.Document} is gone.");
            notes.Add(new NewDocument(Header(note, invoice, state, now), [.. note.Lines.Select((line, number) => Line(line, number, invoice))]));
        }

        return notes;
    }

    private static DocumentHeader Header(CreditNoted note, DocumentHeader invoice, AccountState state, Instant now)
    {
        var credited = Billing.Json.Definitions.Stored<DocumentBody>(invoice.Body);
        var body = credited with
        {
            TaxBreakdown = note.Parts, Prepaid = null, Revenue = null, Corrects = note.Document, Reason = note.Reason,
            Commission = credited.Commission is not { } commission ? null
                : NoteCommission.Of(commission, invoice.Net!.Value, state.Document(note.Document)!.Notes, invoice.Currency),
        };
        return invoice with
        {
            Key = note.Number, Number = note.Number, Kind = "credit_note", Status = "issued", IssueDate = note.On, DueDate = note.On, Net = note.Net,
            Tax = note.Tax, Total = note.Total, Outstanding = 0, PaymentReference = null, PaidOn = null, CreatedAt = now,
            Body = JsonSerializer.Serialize(body, BillingJson.Options),
        };
    }

    private static DocumentLine Line(CreditLine line, int number, DocumentHeader invoice)
    {
        var body = new DocumentLineBody { Plan = "", PlanVersion = 0, Charge = "", Kind = "credit", OriginalPeriod = invoice.Period };
        return new DocumentLine(0, Child, number, invoice.Buyer, line.Description, line.Quantity, line.UnitPrice, line.Amount, line.Category, line.Rate,
            invoice.PeriodFrom, invoice.PeriodTo, JsonSerializer.Serialize(body, BillingJson.Options));
    }
}
