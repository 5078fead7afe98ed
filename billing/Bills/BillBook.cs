// Recurring bills of an account and the providers that its customer uses.
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Bills;

/// <summary>A recurring bill and how far it has come.</summary>
public sealed class RecurringBill(RecurringBillMade made)
{
    /// <summary>As it was made.</summary>
    public RecurringBillMade Made => made;
    /// <summary>Bills posted, the initial one apart.</summary>
    public int Done { get; internal set; }
    /// <summary>Cancelled.</summary>
    public bool IsStopped { get; internal set; }

    /// <summary>When the newest bill was due; null: there is none.</summary>
    public Instant? LastAt => Done == 0 ? null : made.Schedule.At(Done - 1, made.Zone);

    /// <summary>When the next bill is due; null: there is none.</summary>
    public Instant? NextAt => IsStopped ? null : made.Schedule.At(Done, made.Zone);

    /// <summary>Bills to come; null: endless.</summary>
    public int? RemainingCycles => IsStopped ? 0 : made.Cycles - Done;

    /// <summary><c>submitted</c> (none yet), <c>active</c>, <c>expired</c> or <c>cancelled</c>.</summary>
    public string Status => IsStopped ? "cancelled" : Done == made.Cycles ? "expired" : Done == 0 ? "submitted" : "active";
}

/// <summary>Changes by facts alone.</summary>
public sealed class BillBook
{
    private readonly Dictionary<string, ProviderUseChanged> uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecurringBill> recurring = new(StringComparer.Ordinal);
    private readonly HashSet<RecurringBill> running = [];

    /// <summary>How the customer uses a provider; null: nothing was ever said about it.</summary>
    public ProviderUseChanged? Use(string provider) => uses.GetValueOrDefault(provider);

    /// <summary>By <c>provider/id</c>.</summary>
    public RecurringBill? Recurring(string id) => recurring.GetValueOrDefault(id);

    /// <summary>Recurring bills that have bills to come.</summary>
    public IReadOnlyCollection<RecurringBill> Running => running;

    /// <summary>When the next recurring bill of all is due; null: there is none.</summary>
    public Instant? NextAt => running.Select(bill => bill.NextAt).Min();

    internal void Apply(ProviderUseChanged use) => uses[use.Provider] = use;

    internal void Apply(RecurringBillMade made)
    {
        var bill = new RecurringBill(made);
        recurring.Add(made.Id, bill);
        running.Add(bill);
    }

    internal void Apply(RecurringBillStopped stopped)
    {
        recurring[stopped.Id].IsStopped = true;
        running.Remove(recurring[stopped.Id]);
    }

    /// <summary>A charge that comes from a recurring bill moves it on; the initial one does not.</summary>
    internal void Count(Charged charged)
    {
        if (charged.Source is not { } source || recurring.GetValueOrDefault(source) is not { } bill || charged.Id != BillNames.Execution(source, bill.Done))
            return;
        bill.Done++;
        if (bill.NextAt is null) running.Remove(bill);
    }
}
