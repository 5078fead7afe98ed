// Who bills whom, at which terms.
namespace OrleansBilling.Billing.Catalogue;

/// <summary>One seller → buyer pair and its terms. A leg of a subscription names its agreement.</summary>
public sealed record Agreement
{
    /// <summary>
    /// <c>wholesale</c>; <c>agency</c> (the beneficiary earns a commission on what the buyer is invoiced); <c>revenue_share</c> (the buyer is invoiced
    /// what providers bill it, and their shares are paid on).
    /// </summary>
    public required string Kind { get; init; }
    /// <summary>Who issues the documents: a seller, or a partner for its own retail.</summary>
    public required string Seller { get; init; }
    /// <summary>Who owes: a partner or a customer.</summary>
    public required string Buyer { get; init; }
    /// <summary>Decides periods, zone, proration and dates of this agreement.</summary>
    public required string Calendar { get; init; }
    /// <summary>First local day on which it holds: nothing is charged under it before. Null: it always did.</summary>
    public NodaTime.LocalDate? ValidFrom { get; init; }
    /// <summary>Last local day on which it holds: service under it ends with that day. Null: open.</summary>
    public NodaTime.LocalDate? ValidTo { get; init; }
    /// <summary>Days from issue to due date, 0 to 365.</summary>
    public int DueDays { get; init; } = 14;
    /// <summary>Tax of its lines; null: by the countries of its parties and the rates of the seller's (domain 0.3, rule 9).</summary>
    public TaxTerms? Tax { get; init; }
    /// <summary>Name of a rounding mode (<see cref="Money.RoundingMode"/>), in snake case.</summary>
    public string Rounding { get; init; } = "half_away_from_zero";
    /// <summary>What of this changes on a day that is to come, in order of the days; earlier documents keep what they were made with.</summary>
    public DatedTerms[]? TermsFrom { get; init; }
    /// <summary><c>invoice</c> (numbered, fiscal), <c>statement</c> or <c>none</c>.</summary>
    public string Documents { get; init; } = "invoice";
    /// <summary>Whether its invoices are looked at as estimates first: they are issued when they are published (domain 1.4).</summary>
    public bool Estimates { get; init; }
    /// <summary>When a message is owed for good: <c>accept</c>, <c>submit</c> or <c>deliver</c> (domain 4.3). Reports that it got less far refund it.</summary>
    public string ChargePoint { get; init; } = "accept";
    /// <summary>A message that is owed on delivery, and of which 72 hours bring no final report: <c>charge</c>, or <c>refund</c> until one comes.</summary>
    public string NoReport { get; init; } = "charge";
    /// <summary>What follows when its documents are not paid (<see cref="Dunning.DunningPolicy"/>); null: nothing.</summary>
    public string? DunningPolicy { get; init; }
    /// <summary>What late payment costs, charged by the policy's steps <c>interest</c>.</summary>
    public Dunning.LateInterest? LateInterest { get; init; }
    /// <summary>Coupons that count on every subscription under it.</summary>
    public Discounts.Redemption[]? Coupons { get; init; }
    /// <summary>The catalogue that the buyer purchases from; null: plans as they are.</summary>
    public string? Catalogue { get; init; }
    /// <summary>Discount or markup on all recurring fees of this agreement, as it stands when a period is sealed.</summary>
    public FeeAdjustment? FeeAdjustment { get; init; }
    /// <summary>
    /// How far the buyer may owe before its service balance is used up, in the agreement's currency; a purchase above the balance is refused (domain
    /// 0.3, rule 26). Null: it adds nothing to the balance, and purchases under this agreement do not ask for it.
    /// </summary>
    public decimal? CreditLimit { get; init; }
    /// <summary>Revenue share: who gets how much of a commissionable bill, in the order in which ties are decided; together 100 %.</summary>
    public AgreementSplit[]? Splits { get; init; }
    /// <summary>Revenue share: what becomes of commissionable bills before the customer's trial ends: <c>reject</c> (default) or <c>warn</c>.</summary>
    public string? TrialPolicy { get; init; }
    /// <summary>Agency: the partner that earns the commission.</summary>
    public string? Beneficiary { get; init; }
    /// <summary>Agency: how much, and when it is earned.</summary>
    public CommissionTerms? Commission { get; init; }
}

/// <summary>One part of a split.</summary>
public sealed record AgreementSplit
{
    /// <summary>The word that stands for the provider of the bill.</summary>
    public const string OfProvider = "provider";

    /// <summary>A party, or <c>provider</c>: whichever provider made the bill.</summary>
    public required string Party { get; init; }
    /// <summary>Percent of the bill.</summary>
    public required decimal Percent { get; init; }
}

/// <summary>A commission, frozen on the invoice when it is issued (domain 1.4).</summary>
public sealed record CommissionTerms
{
    /// <summary>Percent of the invoice's net, less what is credited.</summary>
    public required decimal Rate { get; init; }
    /// <summary><c>paid</c> (default): earned when the invoice is paid in full. <c>invoiced</c>: earned when it is issued.</summary>
    public string Basis { get; init; } = "paid";
}

/// <summary>What a buyer pays more or less than the plan's fees.</summary>
public sealed record FeeAdjustment
{
    /// <summary>Percent of the price: −10 is a tenth less, 5 is a twentieth more.</summary>
    public required decimal Percent { get; init; }

    /// <summary>The price with it. Exact: what is divided by is a hundred.</summary>
    public static decimal Of(FeeAdjustment? adjustment, decimal price) => adjustment is null ? price : price * (100 + adjustment.Percent) / 100;
}

/// <summary>A tax category (UNCL5305: S standard, Z zero, E exempt, AE reverse charge, O outside) and its rate in percent.</summary>
public sealed record TaxTerms
{
    /// <summary>UNCL5305 code.</summary>
    public required string Category { get; init; }
    /// <summary>Percent, e.g. 25.5.</summary>
    public decimal Rate { get; init; }
    /// <summary>Why no tax is charged; required for E, AE and O.</summary>
    public string? Reason { get; init; }
}

/// <summary>Billing periods: anchor day, zone, grace. Half-open in local time.</summary>
public sealed record Calendar
{
    /// <summary>Length of a period: <c>day</c>, <c>week</c>, <c>semi_month</c> (1st to 15th, 16th to the end), <c>month</c>, <c>quarter</c>, <c>year</c> or
    /// <c>thirty_days</c>.</summary>
    public string Every { get; init; } = "month";
    /// <summary><c>fixed</c>: on the anchor day; <c>created</c>: counted from <see cref="CreatedOn"/>.</summary>
    public string Anchor { get; init; } = "fixed";
    /// <summary>Day of the month on which a period starts, 1 to 31; of a week, 1 (Monday) to 7.</summary>
    public int AnchorDay { get; init; } = 1;
    /// <summary>Where a month has no such day: <c>clamp</c> to its end, or <c>day_28</c> in all months.</summary>
    public string Overflow { get; init; } = "clamp";
    /// <summary>What a created anchor counts from: the date on which the calendar was first written, unless that write says another.</summary>
    public NodaTime.LocalDate? CreatedOn { get; init; }
    /// <summary>IANA zone.</summary>
    public required string TimeZone { get; init; }
    /// <summary>How long after its end a period stays open for late usage before it is sealed.</summary>
    public NodaTime.Duration Grace { get; init; }
    /// <summary>What decides the period of a charge: <c>event_time</c> (its own date, the default) or <c>receipt_time</c>. Usage counts by its own.</summary>
    public string? PeriodBy { get; init; }
    /// <summary>Day of the month after the period's last month on which what is outstanding is to be charged to a card or account; null: never.</summary>
    public int? ChargeDay { get; init; }
    /// <summary>Day of the month on which payouts are made; null: when a period has ended.</summary>
    public int? PayoutDay { get; init; }
}

/// <summary>What is counted.</summary>
public sealed record Meter
{
    /// <summary>What one is: segment, message, query.</summary>
    public required string Unit { get; init; }
    /// <summary>
    /// How the units of a period come from its events: <c>sum</c> of the quantities; <c>count</c> of the events; <c>max</c>, the highest quantity;
    /// <c>unique</c>, the number of different values of <see cref="UniqueBy"/>; <c>latest</c>, the quantity of the latest event by its own time.
    /// </summary>
    public string Aggregation { get; init; } = "sum";
    /// <summary>Unique: the dimension whose values are counted, a personal one or not.</summary>
    public string? UniqueBy { get; init; }
    /// <summary>Members of an event's data that prices may match on, most significant first.</summary>
    public string[] Dimensions { get; init; } = [];
    /// <summary>Members of an event's data that say who somebody is, like the receiver's number: only a keyed hash of their values is kept.</summary>
    public string[]? PersonalDimensions { get; init; }
}
