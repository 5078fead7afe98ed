// Due work: what a grain must do at an instant, whoever forgets it meanwhile.
using NodaTime;

namespace OrleansBilling.Storage.Closing;

/// <summary>Written before what it stands for, removed when that is done: a process that dies in between leaves it behind for the next.</summary>
public interface IDueWorkStore
{
    /// <summary>Adds due work, or moves it: (grain, kind) exists once.</summary>
    Task SetDue(DueWork work, CancellationToken cancel);

    /// <summary>Brings all due work of a kind <c>funds/…</c> forward to an instant: what waited for money looks again.</summary>
    Task Wake(string kind, Instant at, CancellationToken cancel);

    /// <summary>Removes due work if it still stands at that instant.</summary>
    Task ClearDue(DueWork work, CancellationToken cancel);

    /// <summary>Due work with at ≤ <paramref name="through"/>, earliest first (then grain, kind); behind <paramref name="after"/>, if it is given.</summary>
    Task<IReadOnlyList<DueWork>> Due(Instant through, DueWork? after, int limit, CancellationToken cancel);

    /// <summary>The earliest due instant of all, or null.</summary>
    Task<Instant?> NextDue(CancellationToken cancel);
}

/// <summary>Something that a grain must do at an instant.</summary>
public sealed record DueWork(Instant At, string Grain, string Kind);
