// Saying that a payout was sent, or has come back.
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Payouts;

/// <summary>The money has been sent. Said again with the same words it stays so.</summary>
public sealed record MarkPayoutPaid(string Number, LocalDate PaidOn, string? Reference = null) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Payables.Find(Number) is not { } payout)
            return Decision.Conflict("not_found", $"There is no payout \"{Number}\".");
        var fact = new PayoutPaid { Number = Number, Amount = payout.Made.Amount, PaidOn = PaidOn, Reference = Reference };
        return payout.Paid is null ? Decision.Of(fact) : Decision.Again(payout.Paid == fact, "payment of payout", Number);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => PayoutFigures.Of(state.Key, state.Payables.Find(Number)!);
}

/// <summary>The money has come back: it is payable again by the next payout.</summary>
public sealed record ReturnPayout(string Number, LocalDate ReturnedOn, string? Reason = null) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Payables.Find(Number) is not { } payout)
            return Decision.Conflict("not_found", $"There is no payout \"{Number}\".");
        if (payout.Paid is null)
            return Decision.Conflict("not_paid", $"The payout \"{Number}\" was not marked paid: nothing can have come back.");
        var fact = new PayoutReturned
        {
            Number = Number, Calendar = payout.Made.Calendar, Amount = payout.Made.Amount, ReturnedOn = ReturnedOn, Reason = Reason,
        };
        return payout.Returned is null ? Decision.Of(fact) : Decision.Again(payout.Returned == fact, "return of payout", Number);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => PayoutFigures.Of(state.Key, state.Payables.Find(Number)!);
}

/// <summary>A payout as answered.</summary>
/// <param name="Number">Of its statement.</param>
/// <param name="Payer">Who pays.</param>
/// <param name="Party">Who is paid.</param>
/// <param name="Period">Label of the period that it is named after.</param>
/// <param name="Status"><c>closed</c>, <c>paid</c> or <c>returned</c>.</param>
/// <param name="Amount">What is paid.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="PaidOn">When it was sent.</param>
/// <param name="Reference">How it is found at the bank.</param>
/// <param name="ReturnedOn">When it came back.</param>
/// <param name="Reason">Why.</param>
public sealed record PayoutFigures(string Number, string Payer, string Party, string Period, string Status, decimal Amount, string Currency,
    LocalDate? PaidOn = null, string? Reference = null, LocalDate? ReturnedOn = null, string? Reason = null)
{
    /// <summary>Of a payout that has its number.</summary>
    public static PayoutFigures Of(AccountKey key, Payout payout) => new(payout.Number!, key.Seller, key.Buyer, payout.Made.Period,
        payout.Returned is not null ? "returned" : payout.Paid is not null ? "paid" : "closed", payout.Made.Amount, key.Currency,
        payout.Paid?.PaidOn, payout.Paid?.Reference, payout.Returned?.ReturnedOn, payout.Returned?.Reason);
}

/// <summary>Ask what is owed.</summary>
public sealed record ReadPayables : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => Decision.Nothing;

    /// <inheritdoc/>
    public override object Answer(AccountState state) => new PayableFigures(state.Key.Seller, state.Key.Buyer, state.Key.Currency,
        state.Payables.Owed - state.Payables.Payable - state.Payables.Closed, state.Payables.Payable, state.Payables.Closed);
}

/// <summary>What is owed to a party.</summary>
/// <param name="Payer">Who owes it.</param>
/// <param name="Party">To whom.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Accrued">Earned and not payable.</param>
/// <param name="Payable">What the next payouts pay.</param>
/// <param name="Closed">On payouts that were not sent.</param>
public sealed record PayableFigures(string Payer, string Party, string Currency, decimal Accrued, decimal Payable, decimal Closed);
