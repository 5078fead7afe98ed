// Bounds of alerts; their relations are asserted with all the others.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Usage alerts that one round looks at, and at the same time.</summary>
    public const int AlertRoundMax = 200;

    /// <summary>See <see cref="AlertRoundMax"/>.</summary>
    public const int AlertFanOut = 8;

    /// <summary>The pause between two rounds, at least, and how many times as long as the round it is.</summary>
    public static readonly TimeSpan AlertMin = TimeSpan.FromSeconds(1);

    /// <summary>See <see cref="AlertMin"/>.</summary>
    public const int AlertPause = 4;

    /// <summary>What was told lately and is kept for streams.</summary>
    public const int AlertBoardMax = 256;
}
