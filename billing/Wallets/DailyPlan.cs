// A daily spending plan at work: what was spent today and how far it may go. Changed by facts only.
namespace OrleansBilling.Billing.Wallets;

/// <summary>
/// Admits while what was spent today is below the limit, so that the last event may cross it (domain 0.3, 28). The day that counts is the one on which
/// the wallet hears of what was spent: of slices that are out at midnight nobody knows more.
/// </summary>
public sealed class DailyPlan
{
    /// <summary>The definition's limit; null: no plan.</summary>
    public decimal? Usual { get; internal set; }
    /// <summary>The limit until the day is over; null: the usual one.</summary>
    public decimal? Raised { get; internal set; }
    /// <summary>When the day began, µs; 0: none has.</summary>
    public long StartMicros { get; internal set; }
    /// <summary>When the day ends, µs.</summary>
    public long EndMicros { get; internal set; }
    /// <summary>What the wallet had spent since ever when the day began.</summary>
    public decimal SpentBefore { get; internal set; }
    /// <summary>Whether it was said that the limit is reached.</summary>
    public bool IsReached { get; internal set; }

    /// <summary>The limit in force; null: no plan.</summary>
    public decimal? Limit => Usual is null ? null : Raised ?? Usual;

    /// <summary>Spent today by a wallet that has spent so much since ever; refunds of earlier days count, but not below 0.</summary>
    public decimal SpentOf(decimal spentEver) => Math.Max(0, spentEver - SpentBefore);

    internal void Begin(DayBegan day, decimal spentEver)
    {
        WalletState.Fits(day.StartMicros < day.EndMicros && day.StartMicros >= EndMicros, "a day does not follow");
        (StartMicros, EndMicros, SpentBefore, Raised, IsReached) = (day.StartMicros, day.EndMicros, spentEver, null, false);
    }

    internal void Set(decimal? usual)
    {
        Usual = usual;
        if (usual is null) (Raised, StartMicros, EndMicros, SpentBefore, IsReached) = (null, 0, 0, 0, false);
    }
}

/// <summary>Something that must be told once.</summary>
/// <param name="Number">Counts the crossings of a wallet, from 1.</param>
/// <param name="AtMicros">When it was recorded.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Threshold">The amount that was crossed.</param>
/// <param name="Value">What was available, or spent today; of a decline: what was asked for.</param>
public sealed record WalletAlert(long Number, long AtMicros, WalletAlertKind Kind, decimal Threshold, decimal Value);

/// <summary>Kinds of alerts of a wallet. Kept in snapshots: never renumber.</summary>
public enum WalletAlertKind : byte
{
    /// <summary>Available fell below an amount of low_water.</summary>
    LowWater = 1,
    /// <summary>What was spent today reached the daily limit.</summary>
    DailyLimit = 2,
    /// <summary>A top-up that it had asked for was declined.</summary>
    TopUpDeclined = 3,
}
