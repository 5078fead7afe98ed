// Bounds of what is told to receivers outside.
using NodaTime;

namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>From the first attempt on; what a receiver has not taken by then is given up.</summary>
    public static Duration WebhookGivenUpAfter => Duration.FromHours(72);

    /// <summary>How long a receiver may take for its answer.</summary>
    public static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt belongs to one process: longer than it can take.</summary>
    public static Duration WebhookClaim => Duration.FromSeconds(30);

    /// <summary>Receivers of a party.</summary>
    public const int WebhooksMax = 20;

    /// <summary>Receivers that a process sends to at the same time.</summary>
    public const int WebhooksAtOnce = 16;

    /// <summary>Messages sent to a receiver before others have their turn.</summary>
    public const int WebhookBatch = 50;

    /// <summary>Length of a receiver's address.</summary>
    public const int WebhookUrlMax = 2000;

    /// <summary>Bytes of a receiver's answer that are read; what it says does not matter.</summary>
    public const int WebhookAnswerMax = 4096;

    /// <summary>Kinds that a receiver may name.</summary>
    public const int WebhookKindsMax = 20;
}
