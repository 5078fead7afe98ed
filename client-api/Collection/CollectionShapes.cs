// Charge requests and arrears as they are told and answered.
using NodaTime;
using OrleansBilling.Billing.Collection;
using OrleansBilling.ClientApi.Accounts;

namespace OrleansBilling.ClientApi.Collection;

/// <summary>How a charge went.</summary>
public sealed record ChargeResultRequest
{
    /// <summary><c>succeeded</c> or <c>declined</c>.</summary>
    public required string Result { get; init; }
}

/// <summary>The charge of an invoice is asked for again.</summary>
public sealed record ChargeAskRequest
{
    /// <summary>Identifies it: the same again asks for nothing more. By default made from the Idempotency-Key, or new.</summary>
    public string? Id { get; init; }
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
}

/// <summary>Something to be charged to a card or account.</summary>
/// <param name="Id">Of the request; send it along as the payment provider's idempotency key.</param>
/// <param name="Party">Who is charged.</param>
/// <param name="Seller">For whom.</param>
/// <param name="Document">The invoice; absent: a wallet has asked for it.</param>
/// <param name="Attempt">1, 2, 3 ….</param>
/// <param name="Amount">What to charge.</param>
/// <param name="StatementText">What should stand on the bank statement.</param>
/// <param name="At">Since when it is to be charged.</param>
/// <param name="Status"><c>pending</c>, <c>succeeded</c>, <c>declined</c>, or <c>withdrawn</c>: the invoice was settled in another way.</param>
/// <param name="Wallet">The wallet that has asked for it by its auto_top_up.</param>
public sealed record ChargeRequestView(string Id, string Party, string Seller, string? Document, int Attempt, ExactMoney Amount, string StatementText,
    Instant At, string Status, string? Wallet = null)
{
    /// <summary>Of an account's figures.</summary>
    public static ChargeRequestView Of(ChargeRequestFigures figures) => new(figures.Id, figures.Party, figures.Seller,
        figures.Wallet is null ? figures.Document : null, figures.Attempt, ExactMoney.Of(figures.Amount, figures.Currency),
        figures.Wallet is { } wallet ? "TOP-UP " + wallet : "INV " + figures.Document, figures.At, figures.Status, figures.Wallet);
}

/// <summary>An invoice whose charge was declined, or taken back after it had succeeded.</summary>
/// <param name="Document">The invoice.</param>
/// <param name="Party">Who owes it.</param>
/// <param name="Seller">Whom.</param>
/// <param name="Reason"><c>payment_failed</c> (declined) or <c>payment_reversed</c> (charged, and taken back), whichever came last.</param>
/// <param name="State"><c>pending</c> (tried again by itself), <c>in_progress</c> (somebody must act), <c>resolved</c> or <c>written_off</c>.</param>
/// <param name="Declined">How often it was declined.</param>
/// <param name="Outstanding">What is owed.</param>
/// <param name="NextAt">When it is tried again.</param>
public sealed record ArrearsView(string Document, string Party, string Seller, string Reason, string State, int Declined, ExactMoney Outstanding,
    Instant? NextAt = null)
{
    /// <summary>Of an account's figures.</summary>
    public static ArrearsView Of(ArrearsFigures figures) => new(figures.Document, figures.Party, figures.Seller,
        figures.Reason ?? InvoiceCollection.Failed, figures.State, figures.Declined, ExactMoney.Of(figures.Outstanding, figures.Currency), figures.NextAt);
}
