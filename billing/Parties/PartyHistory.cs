// Whom a party lay below, and from when: edges with dates (domain 3.1).
using NodaTime;

namespace OrleansBilling.Billing.Parties;

/// <summary>One parent of a party, from an instant until another.</summary>
public sealed record PartyEdge
{
    /// <summary>The partner.</summary>
    public required string Parent { get; init; }
    /// <summary>Since when; null: since it was made.</summary>
    public Instant? From { get; init; }
    /// <summary>Until when (exclusive); null: open.</summary>
    public Instant? Until { get; init; }

    /// <summary>When it holds.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public InstantSpan Span => new(From ?? Instant.MinValue, Until ?? Instant.MaxValue);
}

/// <summary>From an instant until another (exclusive).</summary>
public readonly record struct InstantSpan(Instant From, Instant Until)
{
    /// <summary>All time.</summary>
    public static InstantSpan Always { get; } = new(Instant.MinValue, Instant.MaxValue);

    /// <summary>Whether there is none of it.</summary>
    public bool IsEmpty => From >= Until;

    /// <summary>Whether an instant lies in it.</summary>
    public bool Contains(Instant at) => From <= at && at < Until;

    /// <summary>What two lists of spans have in common, in order.</summary>
    public static IReadOnlyList<InstantSpan> Common(IReadOnlyList<InstantSpan> some, IReadOnlyList<InstantSpan> others) =>
        Joined(some.SelectMany(one => others.Select(one.Within)).Where(span => !span.IsEmpty));

    /// <summary>Spans in order, with those that touch or overlap as one.</summary>
    public static IReadOnlyList<InstantSpan> Joined(IEnumerable<InstantSpan> spans)
    {
        var joined = new List<InstantSpan>();
        foreach (var span in spans.OrderBy(span => span.From))
        {
            if (joined.Count > 0 && span.From <= joined[^1].Until)
                joined[^1] = joined[^1] with { Until = Instant.Max(joined[^1].Until, span.Until) };
            else
                joined.Add(span);
        }

        return joined;
    }

    /// <summary>What both have.</summary>
    public InstantSpan Within(InstantSpan other) => new(Instant.Max(From, other.From), Instant.Min(Until, other.Until));
}

/// <summary>One move, for those who look for it under a partner.</summary>
public sealed record PartyMove
{
    /// <summary>Who was moved.</summary>
    public required string Party { get; init; }
    /// <summary><c>customer</c> or <c>partner</c>.</summary>
    public required string Kind { get; init; }
    /// <summary>From when on.</summary>
    public required Instant At { get; init; }
    /// <summary>Whether a planned move has come to its instant.</summary>
    public bool Completed { get; init; }
}

/// <summary>Every parent that a party has had or is going to have; only a party that was moved has such a history.</summary>
public sealed record PartyHistory
{
    /// <summary>Oldest first, each beginning where the one before ends; the last one is open.</summary>
    public required PartyEdge[] Edges { get; init; }

    /// <summary>The edge that holds at an instant.</summary>
    public PartyEdge At(Instant at) => Edges.Last(edge => edge.From is not { } from || from <= at);

    /// <summary>The history of a party that was never moved.</summary>
    public static PartyHistory Of(string parent) => new() { Edges = [new PartyEdge { Parent = parent }] };
}
