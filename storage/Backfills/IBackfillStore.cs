// Backfills: what was opened, which subscriptions take part, and how far a revert has come.
using NodaTime;

namespace OrleansBilling.Storage.Backfills;

/// <summary>States in the table and in the API.</summary>
public static class BackfillStates
{
    /// <summary>Takes events.</summary>
    public const string Open = "open";
    /// <summary>Takes none; what it counted stands.</summary>
    public const string Closed = "closed";
    /// <summary>Takes none; some of its subscriptions have taken their part back.</summary>
    public const string Reverting = "reverting";
    /// <summary>Nothing of it stands.</summary>
    public const string Reverted = "reverted";
}

/// <summary>States go forward only: open, closed, reverting, reverted. All writes can be repeated.</summary>
public interface IBackfillStore
{
    /// <summary>Opens it, unless the id is there; answers what stands.</summary>
    Task<BackfillRow> Open(string id, string reason, Instant at, CancellationToken cancel);

    /// <summary>The backfill, or null.</summary>
    Task<BackfillRow?> Get(string id, CancellationToken cancel);

    /// <summary>By id.</summary>
    Task<IReadOnlyList<BackfillRow>> List(string? afterId, int limit, CancellationToken cancel);

    /// <summary>
    /// Notes that subscriptions take part, before they are sent anything: false, and nothing is noted, when it is not open or would have more than
    /// <paramref name="most"/>. A revert that begins later finds every one of them.
    /// </summary>
    Task<bool> Join(string id, IReadOnlyList<string> subscriptions, int most, CancellationToken cancel);

    /// <summary>Moves it forward to a state, unless it is there or beyond; answers what stands, or null.</summary>
    Task<BackfillRow?> Move(string id, string state, Instant at, CancellationToken cancel);

    /// <summary>Subscriptions that take part, by id; with <paramref name="standing"/> only those that are not reverted.</summary>
    Task<IReadOnlyList<string>> Members(string id, bool standing, string? after, int limit, CancellationToken cancel);

    /// <summary>A subscription has taken its part back.</summary>
    Task Reverted(string id, string subscription, CancellationToken cancel);
}

/// <summary>A stored backfill.</summary>
/// <param name="ChangedAt">When it came into its state.</param>
public sealed record BackfillRow(string Id, string Reason, string State, Instant OpenedAt, Instant ChangedAt, long Subscriptions);
