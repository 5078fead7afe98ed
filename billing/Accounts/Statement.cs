// An account statement: opening balance, what happened, closing balance (domain 3.4).
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Ask for the rows of some days; changes nothing.</summary>
public sealed record AskStatement(LocalDate From, LocalDate To) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => Decision.Nothing;

    /// <inheritdoc/>
    public override object Answer(AccountState state)
    {
        var opening = state.Movements.Where(row => row.On < From).Sum(row => row.Amount);
        var rows = state.Movements.Where(row => row.On >= From && row.On <= To).OrderBy(row => row.On).ToArray();
        return new StatementFigures(state.Key.Seller, state.Key.Currency, opening, [.. rows.Take(Limits.StatementRowsMax)],
            opening + rows.Sum(row => row.Amount), rows.Length > Limits.StatementRowsMax);
    }
}

/// <summary>A statement. Above zero is owed to the seller, below is the buyer's.</summary>
/// <param name="Seller">Seller.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Opening">Before the first day.</param>
/// <param name="Rows">By day.</param>
/// <param name="Closing">After the last day.</param>
/// <param name="TooLong">There are more rows than may be answered.</param>
public sealed record StatementFigures(string Seller, string Currency, decimal Opening, Movement[] Rows, decimal Closing, bool TooLong);
