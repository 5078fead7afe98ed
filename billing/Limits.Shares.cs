// Bounds of provider bills, shares and payouts.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Parties of one split.</summary>
    public const int SplitsMax = 16;

    /// <summary>Charges of one recurring bill; one without an end has no number.</summary>
    public const int BillCyclesMax = 10_000;

    /// <summary>Bills that one recurring bill posts in one turn when it has fallen behind; the rest follow in the next.</summary>
    public const int BillsCaughtUpMax = 100;

    /// <summary>Recurring bills of one customer's account that are not over.</summary>
    public const int RecurringBillsMax = 1_000;

    /// <summary>Days after a customer has left in which a provider may still bill it.</summary>
    public const int FinalBillDays = 30;
}
