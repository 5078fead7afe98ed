// The bills of recurring bills that have fallen due.
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Bills;

/// <summary>Pure. At most <see cref="Limits.BillsCaughtUpMax"/> of each at once: who has fallen behind catches up turn by turn.</summary>
public static class RecurringBills
{
    /// <summary>Those of an account.</summary>
    public static Decision Due(AccountState state, Instant now) => new([.. state.Bills.Running.OrderBy(bill => bill.Made.Id, StringComparer.Ordinal)
        .SelectMany(bill => Due(bill.Made, bill.Done, state.Bills.Use(bill.Made.Provider), now))]);

    /// <summary>Recurring bills that end with an instant: those that have nothing left to bill before it. The others end when they have caught up.</summary>
    public static IEnumerable<AccountFact> Ended(AccountState state, string? provider, Instant at) => state.Bills.Running
        .Where(bill => (provider is null || bill.Made.Provider == provider) && bill.NextAt >= at).OrderBy(bill => bill.Made.Id, StringComparer.Ordinal)
        .Select(bill => new RecurringBillStopped { Id = bill.Made.Id });

    /// <summary>Those of one. Who has left is not billed again: a last bill is one that the provider sends.</summary>
    internal static IEnumerable<AccountFact> Due(RecurringBillMade made, int done, ProviderUseChanged? use, Instant now)
    {
        foreach (var (number, at) in made.Schedule.Due(done, now, made.Zone))
        {
            if (use?.LeftAt <= at)
            {
                yield return new RecurringBillStopped { Id = made.Id };
                yield break;
            }

            yield return BillCharge.Of(made, BillNames.Execution(made.Id, number), made.Description, made.Amount, at);
        }
    }
}
