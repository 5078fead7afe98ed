// Decides commands on the state of a party: which facts follow, or why none may.
using NodaTime;

namespace OrleansBilling.Billing.Parties;

/// <summary>What is asked of a party's state.</summary>
public enum PartyVerb : byte
{
    /// <summary>A status by hand.</summary>
    Set = 0,
    /// <summary>What was set by hand is taken back.</summary>
    Resume = 1,
    /// <summary>What dunning asks for does not count until a day is over.</summary>
    Lift = 2,
    /// <summary>A dunning case asks for a status.</summary>
    Dun = 3,
    /// <summary>Time has passed: a lift may be over.</summary>
    Tick = 4,
}

/// <summary>A command.</summary>
/// <param name="Status">Of <see cref="PartyVerb.Set"/> and <see cref="PartyVerb.Dun"/>.</param>
/// <param name="Actor">Id of the key, or the case.</param>
/// <param name="Level">Steps from the party up to who asks; the operator stands above all.</param>
public sealed record PartyCommand(PartyVerb Verb, string Reason, string Actor, int Level = int.MaxValue, PartyStatus Status = default, Lifted? Lift = null,
    DunningSet? Dunning = null);

/// <summary>Facts that follow (none: it is so already), or a refusal with its code.</summary>
public sealed record PartyDecision(IReadOnlyList<PartyFact> Facts, string? Code = null, string Detail = "")
{
    internal static PartyDecision Nothing { get; } = new([]);

    internal static PartyDecision No(string code, string detail) => new([], code, detail);
}

/// <summary>Pure. The same command again finds itself done.</summary>
public static class PartyDecider
{
    /// <summary>Code of a command on a party whose end is final.</summary>
    public const string Terminated = "party_terminated";
    /// <summary>Code of a command on what somebody further up has set.</summary>
    public const string SetAbove = "set_above";
    /// <summary>Code of a resume of what dunning asks for.</summary>
    public const string SetByDunning = "set_by_dunning";

    /// <summary>Decides one.</summary>
    public static PartyDecision Decide(PartyStanding standing, PartyCommand command, Instant now) => command.Verb switch
    {
        PartyVerb.Dun => Dun(standing, command.Dunning!, command.Actor),
        PartyVerb.Tick => Tick(standing, now),
        _ when standing.End is not null => command is { Verb: PartyVerb.Set, Status: PartyStatus.Terminated }
            ? PartyDecision.Nothing
            : PartyDecision.No(Terminated, "It is terminated, and that is for ever."),
        PartyVerb.Set => Set(standing, command),
        PartyVerb.Resume => Resume(standing, command),
        PartyVerb.Lift => Lift(standing, command.Lift!, now),
        _ => throw new ArgumentException($"{command.Verb} is no command.", nameof(command)),
    };

    private static PartyDecision Set(PartyStanding standing, PartyCommand command)
    {
        if (standing.ByHand is { } hand && hand.Level > command.Level)
            return PartyDecision.No(SetAbove, $"It was {hand.Status.Word()} by somebody further up, who alone can change that.");
        if (command.Status == PartyStatus.Terminated)
            return new([new PartyEnded(command.Reason, command.Actor)]);
        return standing.ByHand is { } same && same.Status == command.Status && same.Reason == command.Reason && same.Level == command.Level
            ? PartyDecision.Nothing
            : new([new StatusSet(command.Status, command.Reason, command.Actor, command.Level)]);
    }

    private static PartyDecision Resume(PartyStanding standing, PartyCommand command)
    {
        if (standing.ByHand is { } hand)
        {
            return hand.Level > command.Level
                ? PartyDecision.No(SetAbove, $"It was {hand.Status.Word()} by somebody further up, who alone can change that.")
                : After(standing, new StatusCleared(command.Reason, command.Actor));
        }

        return standing.Status == PartyStatus.Active
            ? PartyDecision.Nothing
            : PartyDecision.No(SetByDunning, "It is overdue: it becomes active when that is paid, and a lift postpones it.");
    }

    private static PartyDecision Lift(PartyStanding standing, Lifted lift, Instant now)
    {
        if (lift.EndsAt <= now)
            return standing.Lift is null ? PartyDecision.Nothing : After(standing, new LiftEnded());
        return standing.Lift is { } same && same.EndsAt == lift.EndsAt && same.Reason == lift.Reason ? PartyDecision.Nothing : new([lift]);
    }

    private static PartyDecision Dun(PartyStanding standing, DunningSet asked, string actor)
    {
        var known = standing.Cases.FirstOrDefault(one => one.Case == asked.Case);
        if (standing.End is not null || (known?.Version ?? 0) >= asked.Version)
            return PartyDecision.Nothing;
        return After(standing, asked, actor);
    }

    private static PartyDecision Tick(PartyStanding standing, Instant now) =>
        standing is { End: null, Lift: { } lift } && lift.EndsAt <= now ? After(standing, new LiftEnded()) : PartyDecision.Nothing;

    // Dunning that terminates does so for ever, as soon as it counts.
    private static PartyDecision After(PartyStanding standing, PartyFact fact, string? actor = null)
    {
        var after = standing.Apply(fact, default);
        return after is { End: null, ByHand: null, Lift: null } && after.Strongest() is { Status: PartyStatus.Terminated } last
            ? new([fact, new PartyEnded(last.Reason, actor ?? last.Case)])
            : new([fact]);
    }
}
