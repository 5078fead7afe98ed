// The frozen parts of a document that are stored as JSON: parties as they were at issue, tax breakdown, what each line was made from.
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Shares;
using OrleansBilling.Billing.Tax;

namespace OrleansBilling.Billing.Documents;

/// <summary>Facts of a whole document.</summary>
public sealed record DocumentBody
{
    /// <summary>Who issues it, as it was.</summary>
    public required PartyOnDocument Seller { get; init; }
    /// <summary>Who owes, as it was.</summary>
    public required PartyOnDocument Buyer { get; init; }
    /// <summary>One per category and rate.</summary>
    public required TaxPart[] TaxBreakdown { get; init; }
    /// <summary>What wallets have paid already, net (EN 16931 BT-113); null: nothing.</summary>
    public decimal? Prepaid { get; init; }
    /// <summary>Of a credit note: the invoice; null: it corrects none.</summary>
    public string? Corrects { get; init; }
    /// <summary>Of a credit note: why.</summary>
    public string? Reason { get; init; }
    /// <summary>Net by what was sold, for the ledger; null: it was composed before this was kept.</summary>
    public RevenuePart[]? Revenue { get; init; }

    /// <summary>How many subscriptions it covers, those without a line too; null: it is of none, or was composed before this was kept.</summary>
    public int? Children { get; init; }

    /// <summary>Who earns a commission on it (agency); null: nobody.</summary>
    public CommissionPart? Commission { get; init; }

    /// <summary>Of the parties as they are now, and the totals.</summary>
    public static DocumentBody Of(object seller, object buyer, Totals totals, RevenuePart[]? revenue = null) => new()
    {
        Revenue = revenue,
        Seller = PartyOnDocument.Of(seller),
        Buyer = PartyOnDocument.Of(buyer),
        TaxBreakdown = [.. totals.TaxBreakdown.Select(part =>
            new TaxPart { Category = part.Category, Rate = part.Rate, Reason = part.Reason, Net = part.Net, Tax = part.Tax })],
        Prepaid = totals.Prepaid == 0 ? null : totals.Prepaid,
    };
}

/// <summary>A party as printed.</summary>
public sealed record PartyOnDocument
{
    /// <summary>Legal name.</summary>
    public required string Name { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }
    /// <summary>VAT identifier.</summary>
    public string? VatId { get; init; }
    /// <summary>Lines of the postal address.</summary>
    public string[]? Address { get; init; }
    /// <summary>Bank account of a seller.</summary>
    public string? Iban { get; init; }
    /// <summary>Where it is sent.</summary>
    public string? BillingEmail { get; init; }

    /// <summary>A seller, partner or customer as it is now.</summary>
    public static PartyOnDocument Of(object party) => party switch
    {
        Seller seller => new() { Name = seller.Name, Country = seller.Country, VatId = seller.VatId, Address = seller.Address, Iban = seller.Iban },
        Partner partner => new() { Name = partner.Name, Country = partner.Country, VatId = partner.VatId, Address = partner.Address,
            BillingEmail = partner.BillingEmail },
        Customer customer => new() { Name = customer.Name, Country = customer.Country, VatId = customer.VatId, Address = customer.Address,
            BillingEmail = customer.BillingEmail },
        Provider provider => new() { Name = provider.Name, Country = provider.Country, VatId = provider.VatId, Address = provider.Address,
            Iban = provider.Iban, BillingEmail = provider.BillingEmail },
        _ => throw new ArgumentException($"{party.GetType().Name} is no party.", nameof(party)),
    };
}

/// <summary>Net and tax of one category and rate.</summary>
public sealed record TaxPart
{
    /// <summary>UNCL5305.</summary>
    public required string Category { get; init; }
    /// <summary>Percent.</summary>
    public required decimal Rate { get; init; }
    /// <summary>Why no tax is charged.</summary>
    public string? Reason { get; init; }
    /// <summary>Sum of its lines.</summary>
    public required decimal Net { get; init; }
    /// <summary>Rounded once.</summary>
    public required decimal Tax { get; init; }
}

/// <summary>Net of what was sold: a meter, or a kind of fee or charge.</summary>
public sealed record RevenuePart
{
    /// <summary>Meter, or the line's kind.</summary>
    public required string Of { get; init; }
    /// <summary>Sum of its rounded lines.</summary>
    public required decimal Net { get; init; }
}

/// <summary>A commission, frozen at issue.</summary>
public sealed record CommissionPart
{
    /// <summary>Who earns it.</summary>
    public required string Beneficiary { get; init; }
    /// <summary>Percent of the net.</summary>
    public required decimal Rate { get; init; }
    /// <summary><c>paid</c> or <c>invoiced</c>.</summary>
    public required string Basis { get; init; }
    /// <summary>Rounded once.</summary>
    public required decimal Amount { get; init; }
}

/// <summary>What a line was made from.</summary>
public sealed record DocumentLineBody
{
    /// <summary>Plan.</summary>
    public required string Plan { get; init; }
    /// <summary>Its version.</summary>
    public required int PlanVersion { get; init; }
    /// <summary>Charge within the plan.</summary>
    public required string Charge { get; init; }
    /// <summary>
    /// <c>usage</c>, <c>recurring</c>, <c>package</c> (the price of packages), <c>allowance</c> (units that packages paid for), <c>surcharge</c> (added to the
    /// price of the same usage), <c>prepaid</c> (a fee that was paid for before), <c>prepayment</c> (of fees to come)
    /// or <c>discount</c> (of a coupon); of a charge of the account its own kind, and then there is no plan.
    /// </summary>
    public required string Kind { get; init; }
    /// <summary>Label of the period that it belongs to by its own time.</summary>
    public required string OriginalPeriod { get; init; }
    /// <summary>Journaled after the seal of its period.</summary>
    public bool Late { get; init; }
    /// <summary>The meter of usage, for the ledger; null: the line's kind says what was sold.</summary>
    public string? Meter { get; init; }
    /// <summary>What a wallet has paid of the line, net; null: nothing.</summary>
    public decimal? Prepaid { get; init; }
    /// <summary>The subscription's purchase order when the line was made.</summary>
    public string? PurchaseOrder { get; init; }
    /// <summary>Whose bill it is.</summary>
    public string? Provider { get; init; }
    /// <summary>Whether the bill is shared; null: it is no bill.</summary>
    public bool? Commissionable { get; init; }
    /// <summary>Who gets how much of the amount, as the agreement said.</summary>
    public Share[]? Shares { get; init; }
    /// <summary>What the amount was converted from; null: it was not.</summary>
    public Money.OriginalAmount? Original { get; init; }
    /// <summary>Proof of every line but a fee.</summary>
    public LineProof? Proof { get; init; }
}

/// <summary>Lets anyone with the journal prove a line again: events, exact sum, and the row chain at the last version.</summary>
public sealed record LineProof
{
    /// <summary>Events.</summary>
    public required long Count { get; init; }
    /// <summary>Exact amount before rounding.</summary>
    public required decimal Sum { get; init; }
    /// <summary>Row chain of the subscription's stream at <see cref="ToVersion"/>.</summary>
    public required string Hash { get; init; }
    /// <summary>First version that may hold its events.</summary>
    public required long FromVersion { get; init; }
    /// <summary>Last version.</summary>
    public required long ToVersion { get; init; }
}
