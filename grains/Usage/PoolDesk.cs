// Gives included units of months that were paid ahead as a pool, before anything is decided on top of them.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// The prepayment stands in the definition, the units in the journal: whoever looks first after it writes them. Looked at by everything that prices or shows
/// units, and by seals, so no month ends without.
/// </summary>
internal static class PoolDesk
{
    /// <summary>In the turn of the decision that follows; whatever that waits for is behind it.</summary>
    public static void Fill(SubscriptionSession session, SubscriptionTerms terms, long nowMicros)
    {
        if (terms.HasPools && PoolDecider.Fill(session.State, terms, nowMicros) is { IsEmpty: false } frame)
            _ = HoldDesk.Ignore(session.Append(frame));
    }

    /// <summary>The same for a seal: durable when it ends.</summary>
    public static async Task Settle(SubscriptionSession session, SubscriptionTerms terms, long nowMicros)
    {
        if (PoolDecider.Fill(session.State, terms, nowMicros) is { IsEmpty: false } frame)
            await session.Append(frame);
    }
}
