// The sandbox clock as seen from the edge.
using NodaTime;

namespace OrleansBilling.GrainInterfaces;

/// <summary>A clock that only moves forward, and only when told; registered only with <c>--clock manual</c>.</summary>
public interface ISandboxControl
{
    /// <summary>Its instant.</summary>
    Instant Now { get; }

    /// <summary>
    /// Moves to an instant, stopping at each due instant in order until all that fell due has run. Work that fails again and again and stays due
    /// holds the clock at its instant; the same call goes on from there. Null: the instant lies before now, nothing moved.
    /// </summary>
    Task<AdvanceAnswer?> Advance(Instant to, CancellationToken cancel);
}

/// <summary>How far the clock came.</summary>
/// <param name="Now">Where it stands.</param>
/// <param name="StillDue">What failed and holds it there; empty: it has arrived.</param>
/// <param name="Parked">Agreements that were parked on the way.</param>
/// <param name="FailedRuns">Their runs in the order of their instants, at most <c>Limits.FailedRunsMax</c>.</param>
public sealed record AdvanceAnswer(Instant Now, IReadOnlyList<StillDue> StillDue, int Parked, IReadOnlyList<string> FailedRuns);

/// <summary>Work that could not be done.</summary>
/// <param name="At">When it fell due.</param>
/// <param name="Kind">What it is, e.g. <c>close</c>.</param>
/// <param name="Of">Whose: <c>calendar/monthly</c>, <c>wallet/alfa</c>, <c>subscription/alfa-0</c>, <c>backfill/lost-day</c>.</param>
public sealed record StillDue(Instant At, string Kind, string Of);
