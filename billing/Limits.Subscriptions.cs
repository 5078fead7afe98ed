// Bounds of what can happen to one subscription.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Commands that one subscription takes in its life: they all stand in its definition.</summary>
    public const int SubscriptionChangesMax = 500;

    /// <summary>Periods of a fee that are paid for at once.</summary>
    public const int PrepaidPeriodsMax = 36;
}
