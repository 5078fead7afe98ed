// Bills and recurring bills as they are kept for lists and answered.
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Bills;

/// <summary>A bill.</summary>
/// <param name="Charge">As a charge of the customer's account.</param>
/// <param name="Warning">What the provider should know: <c>free_trial</c>.</param>
public sealed record BillFigures(ChargeFigures Charge, string? Warning = null);

/// <summary>A recurring bill.</summary>
/// <param name="Made">As it was made.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Status">See <see cref="RecurringBill.Status"/>.</param>
/// <param name="LastAt">When the newest bill was due.</param>
/// <param name="NextAt">When the next is due.</param>
/// <param name="RemainingCycles">Bills to come; null: endless.</param>
public sealed record RecurringBillFigures(RecurringBillMade Made, string Currency, string Status, Instant? LastAt = null,
    Instant? NextAt = null, int? RemainingCycles = null)
{
    /// <summary>Of a recurring bill.</summary>
    public static RecurringBillFigures Of(AccountKey key, RecurringBill bill) =>
        new(bill.Made, key.Currency, bill.Status, bill.LastAt, bill.NextAt, bill.RemainingCycles);
}

/// <summary>How a customer uses a provider.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Number">Of the change that made it so.</param>
/// <param name="TrialEndsAt">Until when it is free.</param>
/// <param name="LeftAt">When the customer left.</param>
public sealed record ProviderUseFigures(string Provider, int Number, Instant? TrialEndsAt = null, Instant? LeftAt = null)
{
    /// <summary>Of the newest change.</summary>
    public static ProviderUseFigures Of(ProviderUseChanged use) => new(use.Provider, use.Number, use.TrialEndsAt, use.LeftAt);
}
