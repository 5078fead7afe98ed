// Recurring bills as they are listed.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Bills;

/// <summary>Pure: of the state after a fact. A recurring bill is no charge of a close, so it names no agreement in the list.</summary>
public static class BillItems
{
    /// <summary>What a fact changes of recurring bills.</summary>
    public static IEnumerable<ListedItem> Of(AccountFact fact, AccountState state) => fact switch
    {
        RecurringBillMade made => [Recurring(state.Bills.Recurring(made.Id)!, state)],
        RecurringBillStopped stopped => [Recurring(state.Bills.Recurring(stopped.Id)!, state)],
        Charged { Source: { } source } when state.Bills.Recurring(source) is { } bill => [Recurring(bill, state)],
        _ => [],
    };

    private static ListedItem Recurring(RecurringBill bill, AccountState state) => new(ItemKinds.RecurringBill, bill.Made.Id, null, bill.Made.StartsAt,
        bill.Status, null, bill.Made.Amount, Definitions.Write(RecurringBillFigures.Of(state.Key, bill)));
}
