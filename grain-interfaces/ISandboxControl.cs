// The sandbox clock as seen from the edge.
using NodaTime;

namespace OrleansBilling.GrainInterfaces;

/// <summary>A clock that only moves forward, and only when told; registered only with <c>--clock manual</c>.</summary>
public interface ISandboxControl
{
    /// <summary>Its instant.</summary>
    Instant Now { get; }

    /// <summary>
    /// Moves to an instant, stopping at each due instant in order until all that fell due has run. False: it lies before now, nothing moved.
    /// </summary>
    Task<bool> Advance(Instant to, CancellationToken cancel);
}
