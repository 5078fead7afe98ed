// When something that a receiver has not taken is sent again, and when it is given up.
using NodaTime;

namespace OrleansBilling.Billing.Notifications;

/// <summary>Pure. Waits grow; no receiver is tried for ever.</summary>
public static class WebhookRetry
{
    private static readonly Duration[] Waits =
    [
        Duration.FromSeconds(5), Duration.FromSeconds(30), Duration.FromMinutes(2), Duration.FromMinutes(10), Duration.FromMinutes(30), Duration.FromHours(1),
        Duration.FromHours(3), Duration.FromHours(6),
    ];

    /// <summary>The next attempt, after a number of them of which the last has just failed; null: it is given up.</summary>
    public static Instant? Next(int attempts, Instant first, Instant now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        var next = now + Waits[Math.Min(attempts, Waits.Length) - 1];
        return next - first <= Limits.WebhookGivenUpAfter ? next : null;
    }
}
