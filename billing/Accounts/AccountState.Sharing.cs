// Bills that come again, shares, collection and payouts of an account.
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Shares;

namespace OrleansBilling.Billing.Accounts;

public sealed partial class AccountState
{
    /// <summary>Recurring bills, and the providers that the customer uses.</summary>
    public BillBook Bills { get; } = new();

    /// <summary>Who shares in its invoices.</summary>
    public ShareBook Shares { get; } = new();

    /// <summary>Invoices that are charged to a card.</summary>
    public CollectionBook Collections { get; } = new();

    /// <summary>Of a payable account: what is owed to its party, and the payouts.</summary>
    public PayableBook Payables { get; } = new();

    /// <summary>When something falls due by itself; null: nothing does. Payouts are told by calendars, which no account knows.</summary>
    public NodaTime.Instant? NextDuty => new[] { Bills.NextAt, CollectionDuties.NextAt(this), Deferrals.NextAt }.Min();

    // Whether the fact is one of these.
    private bool Share(RecordedFact recorded)
    {
        switch (recorded.Fact)
        {
            case ProviderUseChanged use: Bills.Apply(use); return true;
            case RecurringBillMade made: Bills.Apply(made); return true;
            case RecurringBillStopped stopped: Bills.Apply(stopped); return true;
            case SharesAccrued accrued: Shares.Apply(accrued); return true;
            case SharesDue due: Shares.Apply(due); return true;
            case SharesTakenBack back: Shares.Apply(back); return true;
            case CollectionPlanned planned: Collections.Apply(planned); return true;
            case ChargeRequested requested: Collections.Apply(requested); return true;
            case ChargeRequestEnded ended: Collections.Apply(ended, recorded.RecordedAt); return true;
            case TopUpRequested requested: Collections.Apply(requested); return true;
            default: return Pay(recorded);
        }
    }

    private bool Pay(RecordedFact recorded)
    {
        switch (recorded.Fact)
        {
            case ShareAccrued accrued: Payables.Apply(accrued); return true;
            case ShareReleased released: Payables.Apply(released, recorded.RecordedAt); return true;
            case ShareClawedBack back: Payables.Apply(back, recorded.RecordedAt); return true;
            case PayoutMade made: Payables.Apply(made); return true;
            case PayoutIssued issued: Payables.Apply(issued); return true;
            case PayoutPaid paid: Payables.Apply(paid); return true;
            case PayoutReturned returned: Payables.Apply(returned, recorded.RecordedAt); return true;
            default: return false;
        }
    }
}
