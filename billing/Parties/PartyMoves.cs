// Decides whether a party may be moved below another partner at an instant, and what its history is then.
using NodaTime;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Parties;

/// <summary>How a move was decided: what stands then, or why not. Unchanged: it stands already.</summary>
public sealed record MoveDecision(PartyHistory? History, FieldErrors Errors, bool Unchanged = false);

/// <summary>The dates of a move; whether legs can follow is decided elsewhere.</summary>
public static class PartyMoves
{
    /// <summary>
    /// A party below <paramref name="parent"/> (null: directly below the operator) is to lie below <paramref name="to"/> from <paramref name="at"/> on.
    /// </summary>
    public static MoveDecision Decide(string? parent, PartyHistory? stands, string to, Instant at, Instant now)
    {
        if (parent is null)
            return Refused("to", "the party stands directly below the operator: only what lies below a partner is moved");
        var history = stands ?? PartyHistory.Of(parent);
        var last = history.Edges[^1];
        if (last.Parent == to && last.From == at)
            return new MoveDecision(history, new FieldErrors(), Unchanged: true);
        if (last.From > now)
            return Refused("at", $"a move to \"{last.Parent}\" is planned already");
        if (last.Parent == to)
            return Refused("to", $"the party lies below \"{to}\" already");
        if (last.From >= at)
            return Refused("at", "must be later than the move before");
        if (at < now - Limits.ClockSkewMax)
            return Refused("at", "must not lie in the past: what was counted since then stays where it was counted");
        if (history.Edges.Length >= Limits.MovesMax)
            return Refused("to", $"a party is moved at most {Limits.MovesMax - 1} times");
        PartyEdge[] edges = [.. history.Edges[..^1], last with { Until = at }, new PartyEdge { Parent = to, From = at }];
        return new MoveDecision(new PartyHistory { Edges = edges }, new FieldErrors());
    }

    private static MoveDecision Refused(string field, string message) => new(null, FieldErrors.Of(field, message));
}
