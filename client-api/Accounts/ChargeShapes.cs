// A charge as it is sent and as it is answered.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>Something to be charged once.</summary>
public sealed record ChargeRequest
{
    /// <summary>Identifies it: the same again changes nothing. By default made from the Idempotency-Key, or new.</summary>
    public string? Id { get; init; }
    /// <summary>The partner or customer that owes it.</summary>
    public required string Party { get; init; }
    /// <summary>By which agreement; needed only when the party buys by several.</summary>
    public string? Agreement { get; init; }
    /// <summary>Whom it is owed; another way to name the agreement.</summary>
    public string? Seller { get; init; }
    /// <summary>Of the whole charge, in the agreement's currency; below zero is a discount.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Units, 1 by default.</summary>
    public decimal Quantity { get; init; } = 1;
    /// <summary>As printed.</summary>
    public required string Description { get; init; }
    /// <summary>
    /// Its day in the agreement's zone, today by default: it stands on the document of that period, or of the next open one; where the calendar goes by receipt
    /// time, on the document of the period in which it is received.
    /// </summary>
    public LocalDate? On { get; init; }

    /// <summary>What is wrong with it alone.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Id is not null) errors.Id("id", Id);
        if (Agreement is not null) errors.Id("agreement", Agreement);
        if (Seller is not null) errors.Id("seller", Seller);
        errors.Text("description", Description);
        if (Amount == 0) errors.Add("amount", "must not be 0");
        else errors.Number("amount", decimal.Abs(Amount));
        if (Quantity <= 0) errors.Add("quantity", "must be more than 0");
        else errors.Number("quantity", Quantity);
        return errors;
    }

    /// <summary>As a fact of the account.</summary>
    public Charged ToFact(string id, BuyingAgreement agreement, LocalDate on, Instant at) => new()
    {
        Id = id, Agreement = agreement.Id, Kind = "charge", At = at, Amount = Amount, Quantity = Quantity, UnitPrice = UnitPrice(), Description = Description,
        From = on, To = on,
    };

    // Shown only where it is exact.
    private decimal? UnitPrice()
    {
        var price = Amount / Quantity;
        return price * Quantity == Amount && Rounding.PlacesOf(price) <= FieldChecks.PlacesMax ? price : null;
    }
}

/// <summary>A charge.</summary>
/// <param name="Id">Id.</param>
/// <param name="Party">Who owes it.</param>
/// <param name="Seller">Whom.</param>
/// <param name="Agreement">By which agreement.</param>
/// <param name="Kind">What it is: charge, bill, fee, interest, prepayment, plan.</param>
/// <param name="Status"><c>submitted</c> (waits for its document), <c>invoiced</c> or <c>cancelled</c>.</param>
/// <param name="Amount">Of the whole charge.</param>
/// <param name="Remaining">What no document has yet: a discount that is larger than a document goes on to the next one.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Description">As printed.</param>
/// <param name="On">Its day.</param>
public sealed record ChargeView(string Id, string Party, string Seller, string Agreement, string Kind, string Status, ExactMoney Amount,
    ExactMoney Remaining, decimal Quantity, string Description, LocalDate On)
{
    /// <summary>Of an account's figures.</summary>
    public static ChargeView Of(ChargeFigures figures) => new(figures.Charged.Id, figures.Party, figures.Seller, figures.Charged.Agreement,
        figures.Charged.Kind, figures.Status, ExactMoney.Of(figures.Charged.Amount, figures.Charged.Currency ?? figures.Currency),
        ExactMoney.Of(figures.Remaining, figures.Charged.Currency ?? figures.Currency),
        figures.Charged.Quantity, figures.Charged.Description, figures.Charged.From);
}
