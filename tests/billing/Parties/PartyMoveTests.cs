// Moves of parties: edges with dates that follow one another, and the moves that are refused.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Parties;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Parties;

public sealed class PartyMoveTests
{
    private static readonly Instant Start = Instant.FromUtc(2025, 5, 1, 0, 0);

    [Fact]
    public void a_move_ends_one_edge_where_the_next_begins()
    {
        var first = Moved(null, "south", Day(10), now: Day(5));
        var second = Moved(first, "west", Day(20), now: Day(20));
        second.Edges.ShouldBe([
            new PartyEdge { Parent = "north", Until = Day(10) }, new PartyEdge { Parent = "south", From = Day(10), Until = Day(20) },
            new PartyEdge { Parent = "west", From = Day(20) }]);
        second.At(Day(10) - Duration.Epsilon).Parent.ShouldBe("north");
        second.At(Day(10)).Parent.ShouldBe("south");
        second.At(Day(20)).Parent.ShouldBe("west");
        second.At(Instant.MaxValue).Parent.ShouldBe("west");
    }

    [Fact]
    public void the_same_move_again_changes_nothing_and_others_are_refused_by_name()
    {
        var planned = Moved(null, "south", Day(10), now: Day(5));
        PartyMoves.Decide("north", planned, "south", Day(10), Day(5)).Unchanged.ShouldBeTrue();
        Refusal("north", planned, "west", Day(12), now: Day(5)).ShouldBe("at: a move to \"south\" is planned already");
        Refusal("south", planned, "south", Day(12), now: Day(11)).ShouldBe("to: the party lies below \"south\" already");
        Refusal("south", planned, "west", Day(10), now: Day(11)).ShouldBe("at: must be later than the move before");
        Refusal(null, null, "west", Day(10), now: Day(5)).ShouldBe("to: the party stands directly below the operator: only what lies below a partner is moved");
        Refusal("north", null, "north", Day(10), now: Day(5)).ShouldBe("to: the party lies below \"north\" already");
        Refusal("north", null, "west", Day(4), now: Day(5)).ShouldContain("past");
    }

    [Fact]
    public void there_is_a_bound()
    {
        var history = PartyHistory.Of("p0");
        for (var n = 1; n < Limits.MovesMax; n++) history = Moved(history, $"p{n}", Day(n), now: Day(n));
        Refusal("x", history, "one-more", Day(500), now: Day(500)).ShouldContain("at most");
    }

    [Fact]
    public void whatever_is_moved_when_exactly_one_edge_holds_at_any_instant()
    {
        var random = new Random(20251130);
        for (var run = 0; run < 500; run++)
        {
            var (history, at) = (PartyHistory.Of("p0"), Start);
            for (var moves = random.Next(1, 8); moves > 0; moves--)
            {
                at += Duration.FromMinutes(random.Next(1, 100_000));
                history = Moved(history, "p" + random.Next(100, 1_000_000), at, now: at - Duration.FromMinutes(random.Next(0, 1000)));
            }

            for (var probe = 0; probe < 20; probe++)
            {
                var instant = Start + Duration.FromMinutes(random.Next(-1000, 800_000));
                var holding = history.Edges.Where(edge => edge.Span.Contains(instant)).ToList();
                holding.ShouldBe([history.At(instant)], $"run {run} at {instant}");
            }
        }
    }

    private static Instant Day(int day) => Start + Duration.FromDays(day - 1);

    private static PartyHistory Moved(PartyHistory? history, string to, Instant at, Instant now) =>
        PartyMoves.Decide(history?.Edges[^1].Parent ?? "north", history, to, at, Instant.Max(now, history?.Edges[^1].From ?? now)).History.ShouldNotBeNull();

    private static string Refusal(string? parent, PartyHistory? history, string to, Instant at, Instant now)
    {
        var decision = PartyMoves.Decide(parent, history, to, at, now);
        decision.History.ShouldBeNull();
        return decision.Errors.ToString();
    }
}
