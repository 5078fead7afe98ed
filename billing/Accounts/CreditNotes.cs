// Credit notes: in full, over an amount, or line by line; never more than the invoice (domain 0.3, rule 18).
using NodaTime;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Issue a credit note. The same command again changes nothing.</summary>
/// <param name="By">Identifies the command.</param>
/// <param name="Document">The invoice.</param>
/// <param name="Mode"><c>full</c> (what is left), <c>amount</c> or <c>lines</c>.</param>
/// <param name="Reason">As printed.</param>
/// <param name="On">Day of issue.</param>
/// <param name="Rounding">Name of the agreement's mode.</param>
/// <param name="Invoice">Net and tax of the invoice by category and rate.</param>
/// <param name="Lines">Lines; with <c>amount</c> one of the net.</param>
/// <param name="Tax">With <c>amount</c>: the tax part; null: by the rate.</param>
public sealed record IssueCreditNote(string By, string Document, string Mode, string Reason, LocalDate On, string Rounding, TaxPart[] Invoice,
    CreditLine[] Lines, decimal? Tax = null) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Document(Document) is not { } document)
            return Decision.Conflict("not_found", $"\"{Document}\" is no document that this account owes.");
        if (document.Notes.FirstOrDefault(note => note.By == By) is { } known)
            return Decision.Again(known.Asked == Asked(), "credit note", By);
        var left = CreditNoteSums.Left(Invoice, document.Notes);
        if (left.All(part => part.Net == 0))
            return Decision.Conflict("fully_credited", $"{Document} is credited in full.");
        var lines = Mode == "full" ? CreditNoteSums.FullLines(Document, left) : Lines;
        if (lines.All(line => line.Amount == 0))
            return Decision.Invalid(Mode, "must come to more than 0");
        if (TooMuchOfABill(document) is { } tooMuch)
            return tooMuch;
        var parts = new List<TaxPart>();
        foreach (var group in lines.GroupBy(line => (line.Category, line.Rate)))
        {
            var net = group.Sum(line => line.Amount);
            if (left.FirstOrDefault(part => (part.Category, part.Rate) == group.Key) is not { } of || net > of.Net)
                return Decision.Conflict("exceeds_invoice", $"{net} is more than is left of {Document} in category {group.Key.Category}.");
            var tax = Mode == "amount" && Tax is { } given ? given : CreditNoteSums.TaxOf(of, net, state.Key.Currency, RoundingModes.Parse(Rounding));
            if (tax > of.Tax)
                return Decision.Conflict("exceeds_invoice", $"A tax of {tax} is more than is left of {Document}.");
            parts.Add(of with { Net = net, Tax = tax });
        }

        return Decision.Of(Note(document, lines, parts));
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => new CreditNoteNumber(state.Document(Document)!.Notes.First(note => note.By == By).Number);

    // A bill is taken back by name no further than it was invoiced.
    private Decision? TooMuchOfABill(OpenDocument document)
    {
        foreach (var bill in Lines.Where(line => line.Bill is not null).GroupBy(line => line.Bill!.Id))
        {
            var before = document.Notes.SelectMany(note => note.Lines).Where(line => line.Bill?.Id == bill.Key).Sum(line => line.Amount);
            if (before + bill.Sum(line => line.Amount) > bill.First().Bill!.Amount)
                return Decision.Conflict("exceeds_bill", $"The bill \"{bill.Key}\" has {bill.First().Bill!.Amount - before} that is not credited.");
        }

        return null;
    }

    private CreditNoted Note(OpenDocument document, CreditLine[] lines, List<TaxPart> parts)
    {
        var (net, tax, count) = (parts.Sum(part => part.Net), parts.Sum(part => part.Tax), document.Notes.Count);
        return new CreditNoted
        {
            Number = $"{Document}-C{(count == 0 ? "" : count + 1)}", Document = Document, By = By, Asked = Asked(), On = On, Reason = Reason, Net = net,
            Tax = tax,
            Applied = Math.Min(net + tax, document.Outstanding), Parts = [.. parts], Lines = lines,
        };
    }

    private string Asked() => Json.Definitions.Write(new CreditAsked(Mode, Reason, Mode == "full" ? [] : Lines, Tax));
}

/// <summary>What tells one credit command from another.</summary>
public sealed record CreditAsked(string Mode, string Reason, CreditLine[] Lines, decimal? Tax = null);

/// <summary>The number that a credit note got.</summary>
public sealed record CreditNoteNumber(string Number);

/// <summary>Sums of credit notes.</summary>
public static class CreditNoteSums
{
    /// <summary>What notes have left of an invoice.</summary>
    public static IReadOnlyList<TaxPart> Left(IReadOnlyList<TaxPart> invoice, IReadOnlyList<CreditNoted> notes)
    {
        var given = notes.SelectMany(note => note.Parts).ToLookup(part => (part.Category, part.Rate));
        return [.. invoice.Select(part => part with
        {
            Net = part.Net - given[(part.Category, part.Rate)].Sum(note => note.Net),
            Tax = part.Tax - given[(part.Category, part.Rate)].Sum(note => note.Tax),
        })];
    }

    /// <summary>One line for each category of which something is left.</summary>
    public static CreditLine[] FullLines(string document, IReadOnlyList<TaxPart> left) =>
        [.. left.Where(part => part.Net != 0 || part.Tax != 0)
            .Select(part => new CreditLine($"Credit of {document}", 1, part.Net, part.Category, part.Rate, part.Net))];

    /// <summary>Of a part's net; the last one takes the remainder, so that the notes together are the invoice.</summary>
    public static decimal TaxOf(TaxPart left, decimal net, string currency, RoundingMode mode) =>
        net == left.Net ? left.Tax : Math.Min(Rounding.ToCurrency(net * left.Rate / 100, currency, mode), left.Tax);
}
