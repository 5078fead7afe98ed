// Price corrections: what was asked, which subscriptions it concerns, and how far each has come.
using NodaTime;

namespace OrleansBilling.Storage.PriceCorrections;

/// <summary>States in the table and in the API.</summary>
public static class PriceCorrectionStates
{
    /// <summary>Not all of its subscriptions may be noted yet.</summary>
    public const string Open = "open";
    /// <summary>All are noted; some are not done.</summary>
    public const string Running = "running";
    /// <summary>All are done.</summary>
    public const string Done = "done";
}

/// <summary>States go forward only. All writes can be repeated.</summary>
public interface IPriceCorrectionStore
{
    /// <summary>Keeps it, unless the id is there; answers what stands.</summary>
    Task<PriceCorrectionRow> Add(PriceCorrectionRow row, CancellationToken cancel);

    /// <summary>The price correction, or null.</summary>
    Task<PriceCorrectionRow?> Get(string id, CancellationToken cancel);

    /// <summary>By id; with <paramref name="party"/> only those that it has made.</summary>
    Task<IReadOnlyList<PriceCorrectionRow>> List(string? party, string? afterId, int limit, CancellationToken cancel);

    /// <summary>Notes subscriptions that it concerns; those that are noted stay as they are.</summary>
    Task Join(string id, IReadOnlyList<string> subscriptions, CancellationToken cancel);

    /// <summary>It comes into a state.</summary>
    Task Move(string id, string state, CancellationToken cancel);

    /// <summary>How far subscriptions have come, by subscription; with <paramref name="open"/> only those that are not done.</summary>
    Task<IReadOnlyList<PriceCorrectionPart>> Parts(string id, bool open, string? after, int limit, CancellationToken cancel);

    /// <summary>A subscription has come further.</summary>
    Task Report(string id, PriceCorrectionPart part, CancellationToken cancel);
}

/// <summary>A stored price correction.</summary>
/// <param name="Party">Whose key made it; empty: the installation's.</param>
/// <param name="Body">What was asked, as JSON in one way of writing it.</param>
public sealed record PriceCorrectionRow(string Id, string Party, string Body, string State, Instant CreatedAt);

/// <summary>How far a subscription has come.</summary>
/// <param name="After">Rows of its journal up to this version are done.</param>
/// <param name="Report">What it has come to, as JSON; empty: nothing yet.</param>
public sealed record PriceCorrectionPart(string Subscription, bool IsDone, long After, string Report);
