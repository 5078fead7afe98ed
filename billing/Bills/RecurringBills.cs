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

    /// <summary>Those of one. Who has left is billed no more when the days for a last bill are over, and the recurring bill ends there.</summary>
    internal static IEnumerable<AccountFact> Due(RecurringBillMade made, int done, ProviderUseChanged? use, Instant now)
    {
        foreach (var (number, at) in made.Schedule.Due(done, now, made.Zone))
        {
            if (BillGate.Refusal(use, at) is not null)
            {
                yield return new RecurringBillStopped { Id = made.Id };
                yield break;
            }

            yield return BillCharge.Of(made, BillNames.Execution(made.Id, number), made.Description, made.Amount, at);
        }
    }
}
