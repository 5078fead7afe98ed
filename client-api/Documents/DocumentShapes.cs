// The members of a document, for the API's description only: documents are written member by member (DocumentWriter).
using NodaTime;
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>A document without its lines.</summary>
/// <param name="PaidOn">The day on which it was settled in full.</param>
/// <param name="Corrects">Of a credit note: the invoice.</param>
public record DocumentHeaderShape(string Number, string Kind, string Status, string Seller, string Buyer, string Agreement, string Calendar,
    string BillingPeriod, PeriodShape Period, LocalDate IssueDate, LocalDate DueDate, string Currency, MoneyShape Net, MoneyShape Tax,
    MoneyShape Total, MoneyShape Prepaid, MoneyShape Outstanding, string PaymentReference, LocalDate? PaidOn = null, string? Corrects = null);

/// <summary>A document.</summary>
/// <param name="Children">How many subscriptions it covers, those without a line too; absent where it is of none.</param>
public sealed record DocumentShape(string Number, string Kind, string Status, string Seller, string Buyer, string Agreement, string Calendar,
    string BillingPeriod, PeriodShape Period, LocalDate IssueDate, LocalDate DueDate, string Currency, MoneyShape Net, MoneyShape Tax,
    MoneyShape Total, MoneyShape Prepaid, MoneyShape Outstanding, string PaymentReference, PartyOnDocument SellerParty, PartyOnDocument BuyerParty,
    TaxShape[] TaxBreakdown, DocumentLineShape[] Lines, LocalDate? PaidOn = null, string? Corrects = null, int? Children = null)
    : DocumentHeaderShape(Number, Kind, Status, Seller, Buyer, Agreement, Calendar, BillingPeriod, Period, IssueDate, DueDate, Currency, Net, Tax, Total,
        Prepaid, Outstanding, PaymentReference, PaidOn, Corrects);

/// <summary>A statement: a document whose figures are frozen when it is closed. Open, it is called agreement:period and has no dates.</summary>
/// <param name="AsOf">Open: everything durable until then is in it.</param>
/// <param name="Note">Text of the seller's template.</param>
/// <param name="Logo">Picture of the seller's template.</param>
/// <param name="Brand">Name of the seller's template.</param>
/// <param name="BrandAddress">Lines below the brand.</param>
public sealed record StatementShape(Instant? AsOf, string Number, string Kind, string Status, string Seller, string Buyer, string Agreement, string Calendar,
    string BillingPeriod, PeriodShape Period, LocalDate? IssueDate, LocalDate? DueDate, string Currency, MoneyShape Net, MoneyShape Tax, MoneyShape Total,
    MoneyShape Prepaid, MoneyShape Outstanding, string? PaymentReference, string? Note, string? Logo, PartyOnDocument SellerParty, PartyOnDocument BuyerParty,
    TaxShape[] TaxBreakdown, DocumentLineShape[] Lines, string? Brand = null, string[]? BrandAddress = null);

/// <summary>A line.</summary>
public sealed record DocumentLineShape(string Description, string Customer, string? Subscription, decimal Quantity, decimal? UnitPrice, MoneyShape Amount,
    PeriodShape Period, string TaxCategory, decimal TaxRate, string Kind, string? Plan, int? PlanVersion, string Charge, string OriginalPeriod, bool Late,
    MoneyShape? Prepaid = null, string? PurchaseOrder = null, LineProof? Proof = null, OriginalShape? Original = null);

/// <summary>What a line was converted from.</summary>
/// <param name="Amount">As it was charged.</param>
/// <param name="Rate">Units of the document's currency for one of it.</param>
/// <param name="RateDate">First day of the rate.</param>
public sealed record OriginalShape(MoneyShape Amount, decimal Rate, LocalDate RateDate);

/// <summary>Net and tax of one category and rate.</summary>
public sealed record TaxShape(string Category, decimal Rate, MoneyShape Net, MoneyShape Tax, string? Reason = null);

/// <summary>First and last day.</summary>
public sealed record PeriodShape(LocalDate From, LocalDate To);

/// <summary>Money with exactly the currency's digits.</summary>
public sealed record MoneyShape(decimal Amount, string Currency);
