// How a party stands: its facts folded.
using System.Collections.Immutable;
using NodaTime;

namespace OrleansBilling.Billing.Parties;

/// <summary>A status that was set by hand, and why.</summary>
public sealed record StatusByHand(PartyStatus Status, string Reason, string Actor, int Level, Instant Since);

/// <summary>What one dunning case asks for.</summary>
public sealed record StatusByDunning(string Case, long Version, PartyStatus Status, string Reason, string Zone, Instant Since);

/// <summary>A lift that stands.</summary>
public sealed record StandingLift(LocalDate Until, Instant EndsAt, string Reason, string Actor, Instant Since);

/// <summary>The end of a party.</summary>
public sealed record StandingEnd(string Reason, string Actor, Instant Since);

/// <summary>The state of one party without those above it. Immutable; the same for live facts and replayed ones.</summary>
public sealed record PartyStanding
{
    /// <summary>A party of which nothing was said.</summary>
    public static PartyStanding Fresh { get; } = new();

    /// <summary>Number of facts.</summary>
    public long Version { get; init; }

    /// <summary>Set by hand, or null.</summary>
    public StatusByHand? ByHand { get; init; }

    /// <summary>Every case that ever asked for something, in the order of the first time: versions are compared for ever.</summary>
    public ImmutableArray<StatusByDunning> Cases { get; init; } = [];

    /// <summary>Dunning does not count, or null.</summary>
    public StandingLift? Lift { get; init; }

    /// <summary>Terminated, or null.</summary>
    public StandingEnd? End { get; init; }

    /// <summary>The strongest case, or null when none asks for anything. A lift is not looked at.</summary>
    public StatusByDunning? Strongest() => Cases.Where(one => one.Status != PartyStatus.Active).MaxBy(one => one.Status);

    /// <summary>Its own status: the end is final, what was set by hand overrides dunning, a lift postpones dunning (domain 1.4, 1.5).</summary>
    public PartyStatus Status =>
        End is not null ? PartyStatus.Terminated
        : ByHand is { } hand ? hand.Status
        : Lift is null ? Strongest()?.Status ?? PartyStatus.Active
        : PartyStatus.Active;

    /// <summary>With one more fact.</summary>
    public PartyStanding Apply(PartyFact fact, Instant at)
    {
        var next = this with { Version = Version + 1 };
        return fact switch
        {
            _ when End is not null => next,
            StatusSet set => next with { ByHand = new(set.Status, set.Reason, set.Actor, set.Level, at) },
            StatusCleared => next with { ByHand = null },
            DunningSet set => next.With(set, at),
            Lifted lift => next with { Lift = new(lift.Until, lift.EndsAt, lift.Reason, lift.Actor, at) },
            LiftEnded => next with { Lift = null },
            PartyEnded end => next with { End = new(end.Reason, end.Actor, at) },
            _ => throw new InvalidDataException($"{fact.GetType().Name} is no fact of a party that is known here."),
        };
    }

    // A lift belongs to the debt that it postpones: it ends with the last case.
    private PartyStanding With(DunningSet set, Instant at)
    {
        var mine = new StatusByDunning(set.Case, set.Version, set.Status, set.Reason, set.Zone, at);
        var known = Cases.FirstOrDefault(one => one.Case == set.Case);
        var asked = Strongest() is not null;
        var next = this with { Cases = known is null ? Cases.Add(mine) : Cases.Replace(known, mine) };
        return asked && next.Strongest() is null ? next with { Lift = null } : next;
    }
}
