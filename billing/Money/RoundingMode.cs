// The four rounding modes that an agreement may name.
namespace OrleansBilling.Billing.Money;

/// <summary>How an exact amount becomes one with the currency's digits.</summary>
public enum RoundingMode
{
    /// <summary>To the nearest; a tie goes away from zero. The default.</summary>
    HalfAwayFromZero,
    /// <summary>To the nearest; a tie goes to the even digit.</summary>
    HalfEven,
    /// <summary>Cuts off.</summary>
    TowardZero,
    /// <summary>Directed: any rest goes away from zero (16.85306 becomes 16.86).</summary>
    AwayFromZero,
}
