// Whether a provider may still bill a customer that has left (MAES-14), and what a bill is as a charge.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Bills;

internal static class BillGate
{
    /// <summary>Why not, or null. A last bill may come for some days.</summary>
    public static Refusal? Refusal(ProviderUseChanged? use, Instant now) => use?.LeftAt is { } left && now >= left + Duration.FromDays(Limits.FinalBillDays)
        ? new Refusal("customer_left", $"The customer left at {left}: a last bill was possible for {Limits.FinalBillDays} days.")
        : null;

    /// <summary>Why nothing is billed again and again, or null: who has left is sent a last bill, and no more than that.</summary>
    public static Refusal? Again(ProviderUseChanged? use, Instant now) => use?.LeftAt is { } left && now >= left
        ? new Refusal("customer_left", $"The customer left at {left}: it may be sent a last bill, and nothing is billed again and again.")
        : null;

    /// <summary>The refusal of a bill for a customer whose end is final.</summary>
    public static Refusal Ended { get; } = new(Parties.PartyDecider.Terminated, "The customer is terminated, and that is for ever: it is billed nothing more.");

    /// <summary>The code of a bill that came before the trial was over.</summary>
    public const string FreeTrialCode = "free_trial";

    /// <summary>Whether a bill of an instant comes before the customer's trial is over; what is not commissionable passes.</summary>
    public static bool IsInTrial(ProviderUseChanged? use, bool commissionable, Instant at) => commissionable && use?.TrialEndsAt > at;

    /// <summary>The refusal of such a bill.</summary>
    public static Decision FreeTrial(ProviderUseChanged use) =>
        Decision.Conflict(FreeTrialCode, $"The customer's trial ends at {use.TrialEndsAt}: only third-party bills pass before.");
}

/// <summary>Bills as charges of the customer's account.</summary>
public static class BillCharge
{
    /// <summary>A bill of a recurring one, received when it fell due.</summary>
    public static Charged Of(RecurringBillMade made, string id, string description, decimal amount, Instant at) => new()
    {
        Id = id, Agreement = made.Agreement, Kind = "bill", At = at, Amount = amount, UnitPrice = amount, Description = description,
        From = LocalDays.At(at, made.Zone), To = LocalDays.At(at, made.Zone), Customer = made.Customer, Provider = made.Provider,
        Commissionable = made.Commissionable, Source = made.Id, Currency = made.Currency,
    };

    /// <summary>What is billed at once, or null.</summary>
    public static Charged? Initial(RecurringBillMade made, Instant now) => made.InitialAmount == 0 ? null
        : Of(made, BillNames.Initial(made.Id), "Initial: " + made.Description, made.InitialAmount, now);
}
