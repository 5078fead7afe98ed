// What a fact changes of what is listed, and of documents: the account's state, told to who reads without it.
using NodaTime;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Shares;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Something that is listed and found by id (storage: AccountItem). A withholding's run is its quarter, as a payout's is its period.</summary>
public sealed record ListedItem(string Kind, string Id, string? Agreement, Instant At, string Status, string? Run, decimal Remaining, string Body);

/// <summary>Kinds of what is listed.</summary>
public static class ItemKinds
{
    /// <summary>Charges of all kinds.</summary>
    public const string Charge = "charge";
    /// <summary>Recurring bills.</summary>
    public const string RecurringBill = "recurring_bill";
    /// <summary>Requests to charge a card.</summary>
    public const string ChargeRequest = "charge_request";
    /// <summary>Invoices whose charge was declined.</summary>
    public const string Arrears = "arrears";
    /// <summary>Payouts that have a statement.</summary>
    public const string Payout = "payout";
    /// <summary>Payments and their reversals.</summary>
    public const string Payment = "payment";
    /// <summary>Balances taken over.</summary>
    public const string Opening = "opening_balance";
    /// <summary>Notices of payments.</summary>
    public const string PaymentNotice = "payment_notice";
    /// <summary>Receipts of what was paid into wallets.</summary>
    public const string TopUpReceipt = "top_up_receipt";
    /// <summary>Withholdings.</summary>
    public const string Withholding = "withholding";
}

/// <summary>Pure: of the state after a fact.</summary>
public static class AccountItems
{
    /// <summary>Items that a fact has made or changed.</summary>
    public static IEnumerable<ListedItem> Of(AccountFact fact, AccountState state) =>
        [.. Money(fact, state), .. BillItems.Of(fact, state), .. CollectionItems.Of(fact, state), .. PayoutItems.Of(fact, state)];

    private static IEnumerable<ListedItem> Money(AccountFact fact, AccountState state) => fact switch
    {
        Charged charged => [Charge(charged.Id, state)],
        ChargeCancelled cancelled => [Charge(cancelled.Id, state)],
        ChargesSealed seal => seal.Parts.Select(part => Charge(part.Charge, state)),
        PaymentReceived payment => [Payment(payment.Id, state)],
        PaymentReversed reversal => [Payment(reversal.Payment, state), Reversal(reversal.Payment, state)],
        Allocated allocated => allocated.Parts.Where(part => state.Payment(part.Source) is not null).Select(part => Payment(part.Source, state)),
        OpeningBooked opening => [new(ItemKinds.Opening, opening.Id, null, At(opening.On), "posted", null, 0,
            Definitions.Write(OpeningFigures.Of(state, opening.Id)))],
        PaymentNoticed notice => [Notice(notice, state)],
        WalletMoney { Receipt: { } receipt } money => [new(ItemKinds.TopUpReceipt, receipt.Number, null, money.At, "posted", null, 0,
            Definitions.Write(TopUpFigures.Of(state.Key, money)))],
        Withheld withheld => [Withholding(withheld.Id, state)],
        WithholdingReversed reversal => [Withholding(reversal.Id, state)],
        _ => [],
    };

    /// <summary>Numbers of documents whose status or outstanding a fact has changed, besides those that it opens.</summary>
    public static IEnumerable<string> DocumentsOf(AccountFact fact) => fact switch
    {
        PaymentReceived payment => payment.Allocations.Select(part => part.Document),
        PaymentReversed reversal => reversal.Reopened.Select(part => part.Document),
        Allocated allocated => [allocated.Document],
        CreditNoted note => [note.Document],
        Withheld withheld => [withheld.Document],
        WithholdingReversed reversal => [reversal.Document],
        SharesAccrued accrued => [accrued.Document],
        _ => [],
    };

    private static ListedItem Payment(string id, AccountState state)
    {
        var figures = PaymentFigures.Of(state, id);
        return new ListedItem(ItemKinds.Payment, id, null, At(figures.Payment.ReceivedOn), figures.Reversal is null ? "posted" : "reversed", null,
            figures.Unapplied, Definitions.Write(figures));
    }

    // A row of its own: what was posted stays as it was. No payment has such an id.
    private static ListedItem Reversal(string id, AccountState state) => Payment(id, state) with { Id = id + "/reversal", Status = "posted", Remaining = 0 };

    private static ListedItem Notice(PaymentNoticed notice, AccountState state) => new(ItemKinds.PaymentNotice, notice.Id, null, At(notice.PaidOn), "posted",
        null, 0, Definitions.Write(NoticeFigures.Of(state, notice.Id)));

    private static ListedItem Withholding(string id, AccountState state)
    {
        var figures = WithholdingFigures.Of(state, id);
        return new ListedItem(ItemKinds.Withholding, id, null, At(figures.Withheld.On), figures.Reversal is null ? "posted" : "reversed",
            figures.Withheld.Quarter, 0, Definitions.Write(figures));
    }

    // Days in lists: what orders them is the date, in whatever zone.
    private static Instant At(LocalDate date) => date.AtMidnight().InUtc().ToInstant();

    private static ListedItem Charge(string id, AccountState state)
    {
        var charge = state.Charges.Find(id)!;
        return new ListedItem(ItemKinds.Charge, id, charge.Charged.Agreement, charge.Charged.At, charge.Status, charge.Run, charge.Remaining,
            Definitions.Write(ChargeFigures.Of(state.Key, charge)));
    }
}
