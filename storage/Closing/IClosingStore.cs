// Progress of month-end closes and due work: everything a crash must not forget.
using NodaTime;

namespace OrleansBilling.Storage.Closing;

/// <summary>Runs, their items (one per agreement), and due work.</summary>
public interface IClosingStore : IDueWorkStore
{
    /// <summary>Creates the run with its items, or answers the stored one: a run exists once per calendar and period.</summary>
    Task<CloseRun> Start(CloseRun run, IReadOnlyList<CloseItem> items, CancellationToken cancel);

    /// <summary>The run, or null. Its id is <c>calendar:label</c>.</summary>
    Task<CloseRun?> Get(string runId, CancellationToken cancel);

    /// <summary>The newest period end that a calendar has closed or begun to close, or null.</summary>
    Task<CloseRun?> Newest(string calendar, CancellationToken cancel);

    /// <summary>Runs, newest first.</summary>
    Task<IReadOnlyList<CloseRun>> List(string? calendar, string? afterId, int limit, CancellationToken cancel);

    /// <summary>Items of a run in agreement order; with <paramref name="state"/> only those.</summary>
    Task<IReadOnlyList<CloseItem>> Items(string runId, CloseItemState? state, string? afterAgreement, int limit, CancellationToken cancel);

    /// <summary>Counts by state.</summary>
    Task<CloseProgress> Progress(string runId, CancellationToken cancel);

    /// <summary>Replaces an item's state, counters, cursor, reason and document key.</summary>
    Task Update(CloseItem item, CancellationToken cancel);

    /// <summary>Failed items become pending again; returns how many.</summary>
    Task<int> RetryFailed(string runId, CancellationToken cancel);

    /// <summary>Sets the run's state.</summary>
    Task SetState(string runId, CloseRunState state, Instant? finishedAt, CancellationToken cancel);
}

/// <summary>One execution of a close. Start and end are the half-open period as instants.</summary>
public sealed record CloseRun(string Id, string Calendar, string Period, Instant PeriodStart, Instant PeriodEnd,
    CloseRunState State, Instant StartedAt, Instant? FinishedAt);

/// <summary>State of a run.</summary>
public enum CloseRunState
{
    /// <summary>Items are being worked on.</summary>
    Running,
    /// <summary>Every item is done.</summary>
    Completed,
    /// <summary>No item is left to do, some failed and are parked with a reason.</summary>
    Failed,
}

/// <summary>One agreement's part of a run. Expected and reported count children (subscriptions with a leg on the agreement).</summary>
/// <param name="Cursor">Last child that reported, so that a resumed slice goes on behind it.</param>
public sealed record CloseItem(string RunId, string Agreement, string Buyer, CloseItemState State, int Expected, int Reported,
    string? Cursor, string? DocumentKey, string? Reason, int Attempts);

/// <summary>State of an item.</summary>
public enum CloseItemState
{
    /// <summary>Not begun, or to be resumed.</summary>
    Pending,
    /// <summary>All children reported and the draft stands; waits for its number.</summary>
    Composed,
    /// <summary>Issued, or nothing to issue.</summary>
    Done,
    /// <summary>Parked with a reason until retried.</summary>
    Failed,
}

/// <summary>Counts of a run's items, and of the children they expect and have.</summary>
public sealed record CloseProgress(int Pending, int Composed, int Done, int Failed, long ChildrenExpected, long ChildrenReported);
