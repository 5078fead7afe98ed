// Payouts and payables as they are told and answered.
using NodaTime;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.ClientApi.Accounts;

namespace OrleansBilling.ClientApi.Payouts;

/// <summary>The money was sent.</summary>
public sealed record PayoutPaidRequest
{
    /// <summary>The day; today when missing.</summary>
    public LocalDate? PaidOn { get; init; }
    /// <summary>How it is found at the bank.</summary>
    public string? Reference { get; init; }

    /// <summary>What is wrong with it.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Reference is { } reference) errors.Text("reference", reference);
        return errors;
    }
}

/// <summary>The money came back.</summary>
public sealed record PayoutReturnedRequest
{
    /// <summary>The day; today when missing.</summary>
    public LocalDate? ReturnedOn { get; init; }
    /// <summary>Why, as the bank says: AC04.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong with it.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Reason is { } reason) errors.Text("reason", reason);
        return errors;
    }
}

/// <summary>A payout.</summary>
/// <param name="Id">Number of its statement (GET /v1/documents/{number} has the lines).</param>
/// <param name="Payer">Who pays.</param>
/// <param name="Party">Who is paid.</param>
/// <param name="Period">Label of the period that it is named after: the newest that had ended.</param>
/// <param name="Status"><c>closed</c>, <c>paid</c> or <c>returned</c>.</param>
/// <param name="Total">What is paid.</param>
/// <param name="PaidOn">When it was sent.</param>
/// <param name="Reference">How it is found at the bank.</param>
/// <param name="ReturnedOn">When it came back.</param>
/// <param name="Reason">Why.</param>
public sealed record PayoutView(string Id, string Payer, string Party, string Period, string Status, ExactMoney Total, LocalDate? PaidOn = null,
    string? Reference = null, LocalDate? ReturnedOn = null, string? Reason = null)
{
    /// <summary>Of an account's figures.</summary>
    public static PayoutView Of(PayoutFigures figures) => new(figures.Number, figures.Payer, figures.Party, figures.Period, figures.Status,
        ExactMoney.Of(figures.Amount, figures.Currency), figures.PaidOn, figures.Reference, figures.ReturnedOn, figures.Reason);
}

/// <summary>What is owed to a party.</summary>
/// <param name="Payer">Who owes it.</param>
/// <param name="Party">To whom.</param>
/// <param name="Accrued">Earned by invoices that are not paid.</param>
/// <param name="Payable">On the open statement: what the next payout pays; below zero: more was taken back than earned.</param>
/// <param name="Closed">On payouts that were not yet sent.</param>
public sealed record PayableView(string Payer, string Party, ExactMoney Accrued, ExactMoney Payable, ExactMoney Closed)
{
    /// <summary>Of an account's figures.</summary>
    public static PayableView Of(PayableFigures figures) => new(figures.Payer, figures.Party, ExactMoney.Of(figures.Accrued, figures.Currency),
        ExactMoney.Of(figures.Payable, figures.Currency), ExactMoney.Of(figures.Closed, figures.Currency));
}
