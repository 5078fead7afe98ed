// What an account decides: facts, or a refusal.
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Payouts;

namespace OrleansBilling.Billing.Accounts;

/// <summary>A command to an account. Pure: what it needs to know besides the account comes in its members.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(PostCharge), "post_charge")]
[JsonDerivedType(typeof(CancelCharge), "cancel_charge")]
[JsonDerivedType(typeof(ReceivePayment), "receive_payment")]
[JsonDerivedType(typeof(ReversePayment), "reverse_payment")]
[JsonDerivedType(typeof(AllocateCredit), "allocate_credit")]
[JsonDerivedType(typeof(NoticePayment), "notice_payment")]
[JsonDerivedType(typeof(BookOpening), "book_opening")]
[JsonDerivedType(typeof(AskFigures), "ask_figures")]
[JsonDerivedType(typeof(AskStatement), "ask_statement")]
[JsonDerivedType(typeof(AskSituation), "ask_situation")]
[JsonDerivedType(typeof(IssueCreditNote), "issue_credit_note")]
[JsonDerivedType(typeof(CreditEnding), "credit_ending")]
[JsonDerivedType(typeof(Withhold), "withhold")]
[JsonDerivedType(typeof(ReverseWithholding), "reverse_withholding")]
[JsonDerivedType(typeof(BookWallet), "book_wallet")]
[JsonDerivedType(typeof(SubmitBill), "submit_bill")]
[JsonDerivedType(typeof(CancelBill), "cancel_bill")]
[JsonDerivedType(typeof(MakeRecurringBill), "make_recurring_bill")]
[JsonDerivedType(typeof(StopRecurringBill), "stop_recurring_bill")]
[JsonDerivedType(typeof(StopRecurringBills), "stop_recurring_bills")]
[JsonDerivedType(typeof(ChangeProviderUse), "change_provider_use")]
[JsonDerivedType(typeof(AnswerChargeRequest), "answer_charge_request")]
[JsonDerivedType(typeof(CollectAgain), "collect_again")]
[JsonDerivedType(typeof(AskForCharge), "ask_for_charge")]
[JsonDerivedType(typeof(RequestTopUp), "request_top_up")]
[JsonDerivedType(typeof(MarkPayoutPaid), "mark_payout_paid")]
[JsonDerivedType(typeof(ReturnPayout), "return_payout")]
[JsonDerivedType(typeof(ReadPayables), "read_payables")]
public abstract record AccountCommand
{
    /// <summary>Facts to append, none for a repeat of what was decided before, or a refusal.</summary>
    public abstract Decision Decide(AccountState state);

    /// <summary>What is answered, as the account stands after it.</summary>
    public abstract object Answer(AccountState state);

    /// <summary>As sent to the account.</summary>
    public string ToText() => JsonSerializer.Serialize(this, BillingJson.Options);

    /// <summary>Reads it.</summary>
    public static AccountCommand Read(string text) => Definitions.Stored<AccountCommand>(text);
}

/// <summary>A business "no".</summary>
/// <param name="Code">Stable, lower snake case.</param>
/// <param name="Detail">A sentence.</param>
/// <param name="Field">The field of the request that is wrong; null: what stands there does not allow it.</param>
public sealed record Refusal(string Code, string Detail, string? Field = null);

/// <summary>Facts in order, or a refusal.</summary>
public sealed record Decision(IReadOnlyList<AccountFact> Facts, Refusal? Refusal = null)
{
    /// <summary>Decided before: nothing is to be done.</summary>
    public static Decision Nothing { get; } = new([]);

    /// <summary>These facts.</summary>
    public static Decision Of(params AccountFact[] facts) => new(facts);

    /// <summary>409: what stands there does not allow it.</summary>
    public static Decision Conflict(string code, string detail) => new([], new Refusal(code, detail));

    /// <summary>400: a field is wrong.</summary>
    public static Decision Invalid(string field, string detail) => new([], new Refusal("invalid_request", detail, field));

    /// <summary>A fact with this id stands: the same again changes nothing, another one is refused.</summary>
    public static Decision Again(bool isSame, string what, string id) => isSame
        ? Nothing
        : Conflict("id_conflict", $"The {what} \"{id}\" stands already and says something else.");
}
