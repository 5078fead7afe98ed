// How long changes took to be obeyed by the last process, and whether that was within the second.
using System.Globalization;

namespace OrleansBilling.Cluster.Tests.States;

/// <summary>One change of a state.</summary>
/// <param name="What">What was changed, and where.</param>
/// <param name="Obeyed">From the answer of the command until the last process was first sent something that it obeyed with.</param>
/// <param name="LatestTurn">By how much the machine kept somebody waiting meanwhile who had nothing to do.</param>
sealed record Wait(string What, TimeSpan Obeyed, TimeSpan LatestTurn)
{
    /// <summary>
    /// A process looks every 400 ms, and knows before 800 ms are over if it gets its turns (Limits.PartyStatePoll): of the second, 200 ms are left for the machine.
    /// </summary>
    static readonly TimeSpan ForTheMachine = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    public bool IsLate => Obeyed >= Bound;

    /// <summary>The machine has kept more for itself than the second has room for.</summary>
    public bool IsStarved => LatestTurn > ForTheMachine;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{What}: obeyed everywhere after {Obeyed.TotalMilliseconds:0} ms{(IsStarved ? $", on a machine that was away for {LatestTurn.TotalMilliseconds:0} ms" : "")}");
}

/// <summary>
/// The sentence is "within a second on every process". On a machine that gives processes their turns it is asserted of each change. Where a witness saw
/// that it did not, a late change says nothing about the product: it is told and not held against it, as long as half of all changes are within the second.
/// </summary>
static class Waits
{
    public static IReadOnlyList<string> Faults(IReadOnlyList<Wait> waits) =>
    [
        .. waits.Where(wait => wait is { IsLate: true, IsStarved: false }).Select(wait => $"Late: {wait}"),
        .. waits.Order(Comparer<Wait>.Create((one, other) => one.Obeyed.CompareTo(other.Obeyed))).ElementAt(waits.Count / 2) is { IsLate: true } median
            ? [$"Most are late: {median}"] : Array.Empty<string>(),
    ];
}
