// What a document line is made from besides its sealed amount, and what it becomes.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Shares;
using OrleansBilling.Billing.Tax;

namespace OrleansBilling.Billing.Documents;

/// <summary>The terms of an agreement that lines and totals need.</summary>
/// <param name="Currency">What the agreement bills in (<see cref="References.CurrencyOf(object, object)"/>).</param>
/// <param name="Rounding">Of lines and of tax.</param>
/// <param name="Tax">Category, rate and reason of its lines.</param>
/// <param name="Splits">Who shares in bills of providers.</param>
public sealed record DocumentTerms(string Currency, RoundingMode Rounding, TaxTerms Tax,
    IReadOnlyList<AgreementSplit>? Splits = null)
{
    /// <summary>Of a validated agreement. Only one that issues no documents may lack tax terms.</summary>
    public static DocumentTerms Of(Agreement agreement, string currency) =>
        new(currency, RoundingModes.Parse(agreement.Rounding), agreement.Tax
            ?? new TaxTerms { Category = "O", Reason = "Not subject to tax" }, agreement.Splits);

    /// <summary>By country and date, where the agreement does not say its tax.</summary>
    public TaxSchedule? Schedule { get; init; }

    /// <summary>The tax of a line whose period ends on a day (domain 0.3, rule 9).</summary>
    public TaxTerms TaxOn(LocalDate lastDay) => Schedule?.On(lastDay) ?? Tax;

    /// <summary>Why a category bears no tax, as printed; null: it bears some.</summary>
    public string? ReasonOf(string category) =>
        category == Tax.Category ? Tax.Reason : category == "AE" ? TaxDecider.ReverseChargeReason : null;
}

/// <summary>Whose line it is and what was sold; the version's charge and its meter make the description.</summary>
/// <param name="Subscription">Subscription id.</param>
/// <param name="Customer">Customer id.</param>
/// <param name="PlanName">Printed name of the plan.</param>
/// <param name="Charge">The charge as the sealed line's plan version has it.</param>
/// <param name="Meter">The meter of a usage charge; null for a fee.</param>
public sealed record LineSource(string Subscription, string Customer, string PlanName, Charge Charge, Meter? Meter = null);

/// <summary>A rounded line. Amount has exactly the currency's digits; quantity and unit price are exact.</summary>
public sealed record ComposedLine
{
    /// <summary>As printed.</summary>
    public required string Description { get; init; }
    /// <summary>Customer id.</summary>
    public required string Customer { get; init; }
    /// <summary>Subscription id; empty for a charge of the account.</summary>
    public required string Subscription { get; init; }
    /// <summary>Units; 1 for a fee.</summary>
    public required decimal Quantity { get; init; }
    /// <summary>Null where no one price times the quantity makes the amount (included units, price changes).</summary>
    public decimal? UnitPrice { get; init; }
    /// <summary>Rounded here, once.</summary>
    public required decimal Amount { get; init; }
    /// <summary>What a wallet has paid of it, net, rounded like the amount.</summary>
    public decimal Prepaid { get; init; }
    /// <summary>First local day.</summary>
    public required LocalDate From { get; init; }
    /// <summary>Last local day (inclusive).</summary>
    public required LocalDate To { get; init; }
    /// <summary>UNCL5305.</summary>
    public required string TaxCategory { get; init; }
    /// <summary>Percent.</summary>
    public required decimal TaxRate { get; init; }
    /// <summary>The meter of usage and packages; null: the kind says what was sold.</summary>
    public string? Meter { get; init; }
    /// <summary>Whose bill it is.</summary>
    public string? Provider { get; init; }
    /// <summary>Whether the bill is shared.</summary>
    public bool? Commissionable { get; init; }
    /// <summary>Who gets how much of the amount.</summary>
    public Share[]? Shares { get; init; }
    /// <summary>What it was converted from; null: it was not.</summary>
    public OriginalAmount? Original { get; init; }
    /// <summary>The exact facts behind it, for its proof.</summary>
    public required SealedLine Sealed { get; init; }
}
