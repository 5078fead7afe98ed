// When the state of a party stopped service, as fees see it.
using NodaTime;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Parties;

/// <summary>Fees run on (domain 0.3, rule 8); some credit the days. Blocked is one reason, everything else that stops usage is suspended.</summary>
public static class PartyPauses
{
    /// <summary>In order, from the facts of one party.</summary>
    public static IReadOnlyList<ServicePause> Of(IEnumerable<(Instant At, PartyFact Fact)> facts)
    {
        var pauses = new List<ServicePause>();
        var (standing, open) = (PartyStanding.Fresh, (ServicePause?)null);
        foreach (var (at, fact) in facts)
        {
            standing = standing.Apply(fact, at);
            var reason = !standing.Status.StopsUsage() ? null : standing.Status == PartyStatus.Blocked ? "blocked" : "suspended";
            if (reason == open?.Reason)
                continue;
            if (open is { } ended && at > ended.From)
                pauses.Add(ended with { Until = at });
            open = reason is null ? null : new ServicePause(at, null, reason);
        }

        return open is { } last ? [.. pauses, last] : pauses;
    }
}
