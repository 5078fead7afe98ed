// What the parties around a subscription allow it: the strongest status of its customer and of everybody above it.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Parties;

/// <summary>Read once per event: one field. Immutable.</summary>
/// <param name="Status">The strongest status.</param>
/// <param name="Party">Whose it is, or null when all are active.</param>
/// <param name="Depth">Steps from the party that was asked about up to it; 0: its own.</param>
public sealed record ServiceGate(PartyStatus Status, string? Party, int Depth)
{
    /// <summary>All are active.</summary>
    public static ServiceGate Open { get; } = new(PartyStatus.Active, null, 0);

    /// <summary>Of a party and those above it, from below. Of equal ones the nearest counts.</summary>
    public static ServiceGate Of(IReadOnlyList<string> chain, Func<string, PartyStatus> statusOf)
    {
        var gate = Open;
        for (var depth = 0; depth < chain.Count; depth++)
        {
            if (statusOf(chain[depth]) is var status && status > gate.Status)
                gate = new ServiceGate(status, chain[depth], depth);
        }

        return gate;
    }

    /// <summary>Why usage is refused; <see cref="UsageOutcome.Accepted"/>: it is not.</summary>
    public UsageOutcome Refusal { get; } = !Status.StopsUsage() ? UsageOutcome.Accepted
        : Depth == 0 ? UsageOutcome.SubscriptionNotActive
        : UsageOutcome.PartnerSuspended;

    /// <summary>Who refuses, e.g. <c>partner:nordreach</c>.</summary>
    public string Level { get; } = (Depth == 0 ? "customer:" : "partner:") + Party;

    /// <summary>As the API spells it: what comes from above says so (domain 1.5, "Reseller suspended").</summary>
    public string Word => Depth == 0 ? Status.Word() : "partner_" + Status.Word();
}
