// What a wallet knows of one child: slices handed out, and the totals it told last.
namespace OrleansBilling.Billing.Wallets;

/// <summary>Totals since ever; the child's own journal is the truth about what it spent.</summary>
public sealed class ChildAccount
{
    /// <summary>Number of the newest slice.</summary>
    public long Number { get; internal set; }
    /// <summary>Its amount: what is answered when it is asked for again.</summary>
    public decimal LastAmount { get; internal set; }
    /// <summary>All slices.</summary>
    public decimal Granted { get; internal set; }
    /// <summary>Given back, as told.</summary>
    public decimal Returned { get; internal set; }
    /// <summary>Spent and not refunded, as told; forced amounts included.</summary>
    public decimal Spent { get; internal set; }
    /// <summary>Reserved by its holds, as told last: not a total.</summary>
    public decimal Held { get; internal set; }
    /// <summary>Spent without cover, as told.</summary>
    public decimal Forced { get; internal set; }

    /// <summary>Spent once and come back, as told.</summary>
    public decimal Refunded { get; internal set; }

    /// <summary>What it may still hold, and so what a recall may bring back.</summary>
    public decimal Out => Granted - Returned - (Spent - Forced);
}
