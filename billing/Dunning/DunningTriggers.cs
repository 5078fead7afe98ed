// What makes a step of dunning due.
namespace OrleansBilling.Billing.Dunning;

/// <summary>Words of triggers.</summary>
public static class DunningTriggers
{
    /// <summary>What is overdue comes to more than an amount.</summary>
    public const string Overdue = "overdue";
    /// <summary>The service balance falls below an amount.</summary>
    public const string Balance = "balance";

    /// <summary>Every word.</summary>
    public static IReadOnlyList<string> All { get; } = ["due", "expiry", "issue", Overdue, Balance];

    /// <summary>Whether a step has a day, and not an amount.</summary>
    public static bool IsDated(DunningStep step) => step.Trigger is not (Overdue or Balance);
}
