// Payments and accounts in figures, as they are kept for lists and answered.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>A payment as it stands.</summary>
/// <param name="Party">Who paid.</param>
/// <param name="Seller">Whom.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Payment">As it was received.</param>
/// <param name="Unapplied">What of it is not used.</param>
/// <param name="Reversal">Its reversal, or null.</param>
public sealed record PaymentFigures(string Party, string Seller, string Currency, PaymentReceived Payment, decimal Unapplied,
    PaymentReversed? Reversal = null)
{
    /// <summary>Of a payment.</summary>
    public static PaymentFigures Of(AccountState state, string id) => new(state.Key.Buyer, state.Key.Seller, state.Key.Currency, state.Payment(id)!,
        state.Credits.Find(id)!.Left, state.Reversal(id));
}

/// <summary>A notice.</summary>
public sealed record NoticeFigures(string Party, string Seller, string Currency, PaymentNoticed Notice)
{
    /// <summary>Of a notice.</summary>
    public static NoticeFigures Of(AccountState state, string id) => new(state.Key.Buyer, state.Key.Seller, state.Key.Currency, state.Notice(id)!);
}

/// <summary>Where an account stands.</summary>
/// <param name="Seller">Who is owed.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Owed">Outstanding of all documents.</param>
/// <param name="Unapplied">Received or credited, and not used.</param>
/// <param name="Open">Documents with something outstanding, in the order of issue.</param>
public sealed record AccountFigures(string Seller, string Currency, decimal Owed, decimal Unapplied, OpenFigures[] Open)
{
    /// <summary>Of an account.</summary>
    public static AccountFigures Of(AccountState state) => new(state.Key.Seller, state.Key.Currency, state.Owed, state.Unapplied,
        [.. state.Documents.Where(document => document.Outstanding > 0).Select(document =>
            new OpenFigures(document.Opened.Number, document.Opened.IssueDate, document.Opened.DueDate, document.Outstanding))]);
}

/// <summary>An open document.</summary>
public sealed record OpenFigures(string Number, LocalDate IssueDate, LocalDate DueDate, decimal Outstanding);

/// <summary>Ask where an account stands; changes nothing.</summary>
public sealed record AskFigures : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => Decision.Nothing;

    /// <inheritdoc/>
    public override object Answer(AccountState state) => AccountFigures.Of(state);
}
