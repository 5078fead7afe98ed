// What is below zero when an agreement has ended: no later document can take it, so it becomes credit notes on the invoices before (domain 0.3, rule 12).
using NodaTime;
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Credit what a draft has below zero, all of it or nothing. The same draft again changes nothing.</summary>
/// <param name="Draft">Key of the draft, which identifies the command.</param>
/// <param name="Reason">As printed.</param>
/// <param name="On">Day of issue.</param>
/// <param name="Rounding">Name of the agreement's mode.</param>
/// <param name="Rest">Net by category and rate, above zero: what the buyer gets back.</param>
/// <param name="Invoices">Invoices of the agreement, in the order in which they are credited.</param>
public sealed record CreditEnding(string Draft, string Reason, LocalDate On, string Rounding, TaxPart[] Rest, InvoiceTaxes[] Invoices) : AccountCommand
{
    private const string Prefix = "ending:";

    /// <summary>The draft that a credit note gives back; null: a note of somebody's own.</summary>
    public static string? DraftOf(CreditNoted note) => note.By.StartsWith(Prefix, StringComparison.Ordinal) ? note.By[Prefix.Length..] : null;

    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Documents.Any(document => document.Notes.Any(note => DraftOf(note) == Draft)))
            return Decision.Nothing;
        var (open, notes) = (Rest.ToDictionary(part => (part.Category, part.Rate), part => part.Net), new List<AccountFact>());
        foreach (var invoice in Invoices)
        {
            if (state.Document(invoice.Number) is not { } document || Lines(invoice, document, open) is not { Length: > 0 } lines)
                continue;
            var noted = new IssueCreditNote(Prefix + Draft, invoice.Number, "lines", Reason, On, Rounding, invoice.Taxes, lines).Decide(state);
            if (noted.Refusal is not null)
                return noted;
            notes.AddRange(noted.Facts);
        }

        return open.Values.All(left => left == 0)
            ? new Decision(notes)
            : Decision.Conflict("exceeds_invoices", $"{open.Values.Sum()} is more than the invoices of the agreement have left in their tax categories.");
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => new EndingNotes(
        [.. state.Documents.SelectMany(document => document.Notes).Where(note => DraftOf(note) == Draft).Select(note => note.Number)]);

    // Takes off what it gives back.
    private CreditLine[] Lines(InvoiceTaxes invoice, OpenDocument document, Dictionary<(string, decimal), decimal> open)
    {
        var lines = new List<CreditLine>();
        foreach (var left in CreditNoteSums.Left(invoice.Taxes, document.Notes))
        {
            var net = Math.Min(left.Net, open.GetValueOrDefault((left.Category, left.Rate)));
            if (net <= 0)
                continue;
            lines.Add(new CreditLine(Reason, 1, net, left.Category, left.Rate, net));
            open[(left.Category, left.Rate)] -= net;
        }

        return [.. lines];
    }
}

/// <summary>An invoice with its net and tax by category and rate.</summary>
public sealed record InvoiceTaxes(string Number, TaxPart[] Taxes);

/// <summary>Numbers of the credit notes that gave back what was below zero.</summary>
public sealed record EndingNotes(string[] Numbers);
