// Credit notes and withholdings, and the account as rows of a statement.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

public sealed partial class AccountState
{
    private readonly Dictionary<string, Withheld> withholdings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WithholdingReversed> withholdingReversals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpeningBooked> openings = new(StringComparer.Ordinal);
    private readonly List<Movement> movements = [];

    /// <summary>What has changed the balance, in the order in which it was recorded.</summary>
    public IReadOnlyList<Movement> Movements => movements;

    /// <summary>A withholding, or null.</summary>
    public Withheld? Withholding(string id) => withholdings.GetValueOrDefault(id);

    /// <summary>The reversal of a withholding, or null.</summary>
    public WithholdingReversed? WithholdingReversal(string id) => withholdingReversals.GetValueOrDefault(id);

    /// <summary>Balances that were taken over, or null.</summary>
    public OpeningBooked? Opening(string id) => openings.GetValueOrDefault(id);

    // As the books before left them: their credit is used by what is issued here, not by what was open there beside it.
    private void Take(OpeningBooked opening)
    {
        openings.Add(opening.Id, opening);
        foreach (var document in opening.Opened())
            Open(document, takesCredit: false);
        foreach (var credit in opening.Credits)
            Credits.Add(credit.Source, credit.Amount);
    }

    private void Credit(CreditNoted note)
    {
        var document = documents[note.Document];
        if (note.Applied > document.Outstanding)
            throw new InvalidOperationException($"{note.Document} has {document.Outstanding} outstanding, not {note.Applied}.");
        document.Add(note);
        document.Outstanding -= note.Applied;
        Owed -= note.Applied;
        if (document.Outstanding == 0 && document.Settled > 0)
            document.PaidOn ??= note.On;
        Credits.Add(note.Number, note.Rest);
    }

    private void Withhold(Withheld withheld)
    {
        withholdings.Add(withheld.Id, withheld);
        Settle(withheld.Document, withheld.Amount, withheld.On);
    }

    private void Reverse(WithholdingReversed reversal)
    {
        withholdingReversals.Add(reversal.Id, reversal);
        Settle(reversal.Document, -reversal.Amount, null);
    }

    // What came back has no date of its own: it is of the day on which it was recorded, in UTC.
    private void Note(RecordedFact recorded)
    {
        var day = recorded.RecordedAt.InUtc().Date;
        Movement? movement = recorded.Fact switch
        {
            DocumentOpened opened => new(opened.IssueDate, opened.Kind, opened.Number, opened.Outstanding),
            OpeningBooked opening => new(opening.On, OpeningBooked.DocumentKind, opening.Id, opening.Owed - opening.Credit),
            PaymentReceived payment => new(payment.ReceivedOn, "payment", payment.Id, -payment.Amount),
            PaymentReversed reversal => new(day, "payment_reversal", reversal.Payment, reversal.Reopened.Sum(part => part.Amount) + reversal.Unapplied),
            CreditNoted note => new(note.On, "credit_note", note.Number, -note.Total),
            Withheld withheld => new(withheld.On, "withholding", withheld.Id, -withheld.Amount),
            WithholdingReversed reversal => new(day, "withholding_reversal", reversal.Id, reversal.Amount),
            _ => null,
        };
        if (movement is not null)
            movements.Add(movement);
    }
}

/// <summary>A row of an account statement.</summary>
/// <param name="On">Its day.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Number or id.</param>
/// <param name="Amount">Above zero: owed; below: paid or credited.</param>
public sealed record Movement(LocalDate On, string Kind, string Id, decimal Amount);
