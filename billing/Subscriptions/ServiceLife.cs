// When a subscription serves: from activation to its end, with what interrupts it.
using NodaTime;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>A time without service, half-open.</summary>
/// <param name="From">First instant without.</param>
/// <param name="Until">First instant with service again; null: open.</param>
/// <param name="Reason"><c>suspended</c>, <c>blocked</c>, <c>expired</c> or <c>no_funds</c>.</param>
public readonly record struct ServicePause(Instant From, Instant? Until, string Reason)
{
    /// <summary>A wallet cannot pay a fee.</summary>
    public const string NoFunds = "no_funds";
}

/// <summary>A fee in advance that a wallet has paid.</summary>
/// <param name="Charge">The charge; null: every fee, as far as it is asked what they would come to.</param>
/// <param name="From">First day that it pays for.</param>
/// <param name="At">When it was paid.</param>
public readonly record struct CoveredFee(string? Charge, LocalDate From, Instant At)
{
    /// <summary>As if everything were paid when it is due.</summary>
    internal static IReadOnlyList<CoveredFee> Everything { get; } = [new(null, default, Instant.MinValue)];
}

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

    /// <summary>Fees in advance that a wallet has paid, of a leg where it must: no other is owed. Null: they are invoiced.</summary>
    public IReadOnlyList<CoveredFee>? Covered { get; init; }

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
