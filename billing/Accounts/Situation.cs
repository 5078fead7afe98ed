// How an account stood when an invoice was issued: due before, paid since, this invoice, credit, payable (domain 1.2).
namespace OrleansBilling.Billing.Accounts;

/// <summary>Ask how it stood; changes nothing. Facts are never edited, so the answer of an invoice never changes.</summary>
public sealed record AskSituation(string Document) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => state.Movements.Any(IsThis) ? Decision.Nothing
        : Decision.Conflict("no_situation", $"\"{Document}\" is not owed: only invoices have an account situation.");

    /// <inheritdoc/>
    public override object Answer(AccountState state)
    {
        var rows = state.Movements.ToList();
        var at = rows.FindIndex(IsThis);
        var before = at == 0 ? -1 : rows.FindLastIndex(at - 1, row => row.Kind == "invoice");
        var since = rows[(before + 1)..at];
        return new SituationFigures(state.Key.Currency, rows[..(before + 1)].Sum(row => row.Amount), -Sum(since, "payment", "payment_reversal"),
            rows[at].Amount, -Sum(since, "credit_note", "withholding", "withholding_reversal"));
    }

    private bool IsThis(Movement row) => row.Kind == "invoice" && row.Id == Document;

    private static decimal Sum(IEnumerable<Movement> rows, params string[] kinds) => rows.Where(row => kinds.Contains(row.Kind)).Sum(row => row.Amount);
}

/// <summary>In the account's currency, tax included.</summary>
/// <param name="PreviousDue">Owed after the invoice before.</param>
/// <param name="PreviousPaid">Paid since.</param>
/// <param name="ThisPeriod">What this invoice left to be paid.</param>
/// <param name="Credit">Credited and withheld since.</param>
public sealed record SituationFigures(string Currency, decimal PreviousDue, decimal PreviousPaid, decimal ThisPeriod, decimal Credit);
