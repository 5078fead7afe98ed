// A running total of one subscription, and how much of it has been sealed.
namespace OrleansBilling.Billing.Usage;

/// <summary>Count, quantity and exact amount, ever; and the part that earlier seals have taken. The number is how the journal names it.</summary>
public struct UsageCell
{
    /// <summary>In the place of a purse: the units were covered by packages and cost nothing.</summary>
    public const int CoveredPurse = int.MaxValue;

    /// <summary>The same with units that were carried over from the period before.</summary>
    public const int RolledPurse = CoveredPurse - 1;

    /// <summary>The same with units of months that were paid ahead together.</summary>
    public const int PooledPurse = CoveredPurse - 2;

    /// <summary>What it counts.</summary>
    public CellIdentity Identity;
    /// <summary>Number within its stream, from 0, never used again.</summary>
    public int Number;
    /// <summary>
    /// The purse that paid for it (<see cref="Wallets.Purse.Number"/>); 0: none, it is invoiced; from <see cref="PooledPurse"/>
    /// on: grants did.
    /// </summary>
    public int Purse;
    /// <summary>Events; one that is split between packages and the plan counts where its first part does.</summary>
    public long Count;
    /// <summary>Units.</summary>
    public decimal Quantity;
    /// <summary>Exact amount.</summary>
    public decimal Amount;
    /// <summary>Events that earlier seals have taken.</summary>
    public long SealedCount;
    /// <summary>Units that earlier seals have taken.</summary>
    public decimal SealedQuantity;
    /// <summary>Amount that earlier seals have taken.</summary>
    public decimal SealedAmount;

    /// <summary>Whether something waits for the next seal.</summary>
    public readonly bool HasUnsealed => Count != SealedCount || Quantity != SealedQuantity || Amount != SealedAmount;

    /// <summary>Whether nothing was counted.</summary>
    public readonly bool IsEmpty => Count == 0 && Quantity == 0 && Amount == 0;

    /// <summary>How many events a part of one is: a further part of a leg none, but in a surcharge's own total that it is added to it.</summary>
    public static int EventsOf(in LegAmount part, CellIdentity identity) => part.IsFurther && !Rating.Surcharge.Is(identity.Charge) ? 0 : 1;

    /// <summary>Whether grants paid for it.</summary>
    public readonly bool IsCovered => Purse >= PooledPurse;

    /// <summary>Which kind of grants paid for it: <see cref="CoveredPurse"/>, <see cref="RolledPurse"/>, <see cref="PooledPurse"/> or 0, none.</summary>
    public readonly int CoveredBy => IsCovered ? Purse : 0;
}
