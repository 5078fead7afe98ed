// What happened to an account: facts that are never edited, kept as JSON.
using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Shares;

namespace OrleansBilling.Billing.Accounts;

/// <summary>One fact. Its discriminator is its kind in the store; kind and id together exist once in an account.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(Charged), "charged")]
[JsonDerivedType(typeof(ChargeCancelled), "charge_cancelled")]
[JsonDerivedType(typeof(ChargesSealed), "charges_sealed")]
[JsonDerivedType(typeof(DocumentOpened), "document_opened")]
[JsonDerivedType(typeof(OpeningBooked), "opening_booked")]
[JsonDerivedType(typeof(PaymentReceived), "payment_received")]
[JsonDerivedType(typeof(PaymentReversed), "payment_reversed")]
[JsonDerivedType(typeof(Allocated), "allocated")]
[JsonDerivedType(typeof(PaymentNoticed), "payment_noticed")]
[JsonDerivedType(typeof(CreditNoted), "credit_noted")]
[JsonDerivedType(typeof(Withheld), "withheld")]
[JsonDerivedType(typeof(WithholdingReversed), "withholding_reversed")]
[JsonDerivedType(typeof(PrepaymentSold), "prepayment_sold")]
[JsonDerivedType(typeof(RevenueReleased), "revenue_released")]
[JsonDerivedType(typeof(ProviderUseChanged), "provider_use_changed")]
[JsonDerivedType(typeof(RecurringBillMade), "recurring_bill_made")]
[JsonDerivedType(typeof(RecurringBillStopped), "recurring_bill_stopped")]
[JsonDerivedType(typeof(WalletMoney), "wallet_money")]
[JsonDerivedType(typeof(SharesAccrued), "shares_accrued")]
[JsonDerivedType(typeof(SharesDue), "shares_due")]
[JsonDerivedType(typeof(SharesTakenBack), "shares_taken_back")]
[JsonDerivedType(typeof(CollectionPlanned), "collection_planned")]
[JsonDerivedType(typeof(ChargeRequested), "charge_requested")]
[JsonDerivedType(typeof(ChargeRequestEnded), "charge_request_ended")]
[JsonDerivedType(typeof(TopUpRequested), "top_up_requested")]
[JsonDerivedType(typeof(ShareAccrued), "share_accrued")]
[JsonDerivedType(typeof(ShareReleased), "share_released")]
[JsonDerivedType(typeof(ShareClawedBack), "share_clawed_back")]
[JsonDerivedType(typeof(PayoutMade), "payout_made")]
[JsonDerivedType(typeof(PayoutIssued), "payout_issued")]
[JsonDerivedType(typeof(PayoutPaid), "payout_paid")]
[JsonDerivedType(typeof(PayoutReturned), "payout_returned")]
public abstract record AccountFact
{
    private static readonly FrozenDictionary<Type, string> Kinds = typeof(AccountFact).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(one => one.DerivedType, one => (string)one.TypeDiscriminator!);

    /// <summary>Identifies it among the facts of its kind.</summary>
    [JsonIgnore]
    public abstract string FactId { get; }

    /// <summary>Its kind, as the store keeps it.</summary>
    [JsonIgnore]
    public string FactKind => Kinds[GetType()];

    /// <summary>As stored.</summary>
    public string ToBody() => JsonSerializer.Serialize(this, BillingJson.Options);

    /// <summary>Reads a stored body.</summary>
    public static AccountFact Read(string body) => Definitions.Stored<AccountFact>(body);
}

/// <summary>A fact in its account.</summary>
/// <param name="Version">1, 2, 3 … within the account.</param>
/// <param name="RecordedAt">When it was decided.</param>
/// <param name="Actor">Id of the API key that asked, or <c>system</c>.</param>
/// <param name="Fact">What happened.</param>
public sealed record RecordedFact(long Version, Instant RecordedAt, string Actor, AccountFact Fact);
