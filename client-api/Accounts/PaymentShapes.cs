// A payment as it is sent and as it is answered.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>How much of a payment goes to a document.</summary>
public sealed record AllocationRequest
{
    /// <summary>Number of a document of the party.</summary>
    public required string Document { get; init; }
    /// <summary>Above 0, at most what is outstanding.</summary>
    public required decimal Amount { get; init; }
}

/// <summary>Money that came in.</summary>
public sealed record PaymentRequest
{
    /// <summary>Identifies it: the same again changes nothing. By default made from the Idempotency-Key, or new.</summary>
    public string? Id { get; init; }
    /// <summary>Who paid.</summary>
    public required string Party { get; init; }
    /// <summary>Whom; needed only without allocations, when the party buys from several.</summary>
    public string? Seller { get; init; }
    /// <summary>Above 0, in the currency of the account.</summary>
    public required decimal Amount { get; init; }
    /// <summary><c>transfer</c> (default), <c>cheque</c>, <c>cash</c>, <c>card</c> or <c>other</c>.</summary>
    public string Method { get; init; } = "transfer";
    /// <summary>Value date.</summary>
    public required LocalDate ReceivedOn { get; init; }
    /// <summary>What the payer quoted, or the bank's id.</summary>
    public string? Reference { get; init; }
    /// <summary>What it settles; what is left becomes an advance, which the next invoice uses by itself.</summary>
    public AllocationRequest[] Allocations { get; init; } = [];

    /// <summary>What is wrong with it alone.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Id is not null) errors.Id("id", Id);
        if (Seller is not null) errors.Id("seller", Seller);
        if (Amount <= 0) errors.Add("amount", "must be more than 0");
        else errors.Number("amount", Amount);
        errors.OneOf("method", Method, PaymentMethods.All);
        if (Reference is not null) errors.Text("reference", Reference);
        if (Allocations.Length > Limits.AllocationsMax) errors.Add("allocations", $"must be at most {Limits.AllocationsMax}");
        for (var i = 0; i < Allocations.Length && i < Limits.AllocationsMax; i++)
        {
            if (Allocations[i].Amount <= 0) errors.Add($"allocations[{i}].amount", "must be more than 0");
            else errors.Number($"allocations[{i}].amount", Allocations[i].Amount);
        }

        return errors;
    }

    /// <summary>As a fact of the account.</summary>
    public PaymentReceived ToFact(string id) => new()
    {
        Id = id, Amount = Amount, Method = Method, ReceivedOn = ReceivedOn, Reference = Reference,
        Allocations = [.. Allocations.Select(part => new Allocation(part.Document, part.Amount))],
    };
}

/// <summary>Many payments.</summary>
public sealed record BulkPaymentRequest
{
    /// <summary>Each is decided by itself.</summary>
    public required PaymentRequest[] Payments { get; init; }
}

/// <summary>Takes a payment back.</summary>
public sealed record ReversalRequest
{
    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>How money comes.</summary>
public static class PaymentMethods
{
    /// <summary>All words.</summary>
    public static IReadOnlyList<string> All { get; } = ["transfer", "cheque", "cash", "card", "voucher", "other"];
}

/// <summary>An allocation.</summary>
public sealed record AllocationView(string Document, ExactMoney Amount);

/// <summary>A payment, or the row that reverses it.</summary>
/// <param name="Id">Id; of a reversal the payment's with <c>/reversal</c>.</param>
/// <param name="Party">Who paid.</param>
/// <param name="Seller">Whom.</param>
/// <param name="Status"><c>posted</c>, or <c>reversed</c> when another row takes it back.</param>
/// <param name="Amount">Below zero on a reversal.</param>
/// <param name="Method">How.</param>
/// <param name="ReceivedOn">Value date.</param>
/// <param name="Allocations">As the payment said; on a reversal what is open again.</param>
/// <param name="Unapplied">What of it is not used.</param>
/// <param name="Reference">What the payer quoted.</param>
/// <param name="Reverses">On a reversal: the payment.</param>
/// <param name="Reason">On a reversal: why.</param>
public sealed record PaymentView(string Id, string Party, string Seller, string Status, ExactMoney Amount, string Method, LocalDate ReceivedOn,
    IReadOnlyList<AllocationView> Allocations, ExactMoney Unapplied, string? Reference = null, string? Reverses = null, string? Reason = null)
{
    /// <summary>Of an account's figures.</summary>
    public static PaymentView Of(PaymentFigures figures)
    {
        var (payment, currency) = (figures.Payment, figures.Currency);
        return new(payment.Id, figures.Party, figures.Seller, figures.Reversal is null ? "posted" : "reversed", ExactMoney.Of(payment.Amount, currency),
            payment.Method, payment.ReceivedOn, Views(payment.Allocations, currency), ExactMoney.Of(figures.Unapplied, currency), payment.Reference);
    }

    /// <summary>The row that reverses it.</summary>
    public static PaymentView OfReversal(string id, PaymentFigures figures)
    {
        var (reversal, currency) = (figures.Reversal!, figures.Currency);
        return Of(figures) with
        {
            Id = id, Status = "posted", Amount = ExactMoney.Of(-figures.Payment.Amount, currency), Allocations = Views(reversal.Reopened, currency),
            Unapplied = ExactMoney.Of(0, currency), Reverses = figures.Payment.Id, Reason = reversal.Reason,
        };
    }

    private static List<AllocationView> Views(IEnumerable<Allocation> parts, string currency) =>
        [.. parts.Select(part => new AllocationView(part.Document, ExactMoney.Of(part.Amount, currency)))];
}

/// <summary>How one of many payments ended.</summary>
/// <param name="Id">Id.</param>
/// <param name="Status"><c>posted</c> or <c>refused</c>.</param>
/// <param name="Payment">The payment.</param>
/// <param name="Code">Why it was refused.</param>
/// <param name="Detail">A sentence on it.</param>
public sealed record BulkPaymentView(string? Id, string Status, PaymentView? Payment = null, string? Code = null, string? Detail = null);

/// <summary>How all of them ended, in their order.</summary>
public sealed record BulkPaymentsView(int Posted, int Refused, IReadOnlyList<BulkPaymentView> Results);
