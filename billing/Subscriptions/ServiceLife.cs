// When a subscription serves: from activation to its end, with what interrupts it.
using NodaTime;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>A time without service, half-open.</summary>
/// <param name="From">First instant without.</param>
/// <param name="Until">First instant with service again; null: open.</param>
/// <param name="Reason"><c>suspended</c>, <c>blocked</c>, <c>expired</c> or <c>no_funds</c>.</param>
public readonly record struct ServicePause(Instant From, Instant? Until, string Reason);

/// <summary>Half-open. Fees run on through pauses (domain 0.3, rule 8); some credit their days.</summary>
/// <param name="Start">Activation: what fees begin with.</param>
/// <param name="End">Removal (exclusive), or null.</param>
/// <param name="Pauses">Of the subscription in order, then those of its parties; they may overlap.</param>
public sealed record ServiceLife(Instant Start, Instant? End, IReadOnlyList<ServicePause> Pauses)
{
    /// <summary>One without pauses.</summary>
    public ServiceLife(Instant start, Instant? end) : this(start, end, [])
    {
    }

    /// <summary>Fee periods that are paid for already.</summary>
    public IReadOnlyList<PrepaidFee> Prepaid { get; init; } = [];

    /// <summary>What fees go by. Null: it waits for its first use.</summary>
    public static ServiceLife? Of(Subscription subscription, Instant? firstUse)
    {
        if ((subscription.Activation == "first_use" ? firstUse : subscription.StartsAt) is not { } active)
            return null;
        return new ServiceLife(subscription.TrialEndsAt is { } trial && trial > active ? trial : active, EndOf(subscription), [.. PausesOf(subscription)])
        {
            Prepaid = PrepaidFee.Of(subscription),
        };
    }

    /// <summary>The same with what is prepaid on one leg.</summary>
    public ServiceLife On(string agreement) =>
        Prepaid.Count == 0 ? this : this with { Prepaid = [.. Prepaid.Where(fee => fee.Agreement == agreement)] };

    /// <summary>End of service (exclusive): as defined, or as cancelled before.</summary>
    public static Instant? EndOf(Subscription subscription)
    {
        var end = subscription.EndsAt;
        foreach (var change in subscription.Changes ?? [])
        {
            if (change.Action == SubscriptionActions.Cancel && !(end <= change.At))
                end = change.At;
        }

        return end;
    }

    /// <summary>Times without service, in order.</summary>
    public static IEnumerable<ServicePause> PausesOf(Subscription subscription)
    {
        SubscriptionChange? open = null;
        foreach (var change in subscription.Changes ?? [])
        {
            if (change.Action == SubscriptionActions.Suspend)
                open = change;
            if (change.Action != SubscriptionActions.Resume || open is null)
                continue;
            yield return new ServicePause(open.At!.Value, change.At, open.Reason!);
            open = null;
        }

        if (open is not null)
            yield return new ServicePause(open.At!.Value, null, open.Reason!);
    }

    /// <summary>The plans of a leg, one after the other; the first from the start of service.</summary>
    public static IReadOnlyList<(Instant From, string Plan)> PlansOf(Subscription subscription, Leg leg) =>
        [(subscription.StartsAt, leg.Plan), .. (subscription.Changes ?? [])
            .Where(change => change.Action == SubscriptionActions.ChangePlan && change.Agreement == leg.Agreement)
            .Select(change => (change.At!.Value, change.Plan!))];
}
