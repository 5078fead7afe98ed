// A close as answered: where it stands, in total and agreement by agreement.
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.ClientApi.Closing;

/// <summary>One execution of a close.</summary>
/// <param name="Id">Calendar, colon, period.</param>
/// <param name="Calendar">Calendar.</param>
/// <param name="Period">Label of the period.</param>
/// <param name="State"><c>running</c>, <c>completed</c>, or <c>failed</c>: nothing is left to do, some agreements are parked with a reason.</param>
/// <param name="PeriodStart">First instant of the period.</param>
/// <param name="PeriodEnd">End of the period (exclusive).</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null: it has not.</param>
/// <param name="Progress">Agreements.</param>
/// <param name="Reports">Subscriptions that report to their agreement's document.</param>
/// <param name="Items">Agreements of this page, one by one; absent in lists.</param>
/// <param name="NextCursor">Where the next page of items begins; absent when there is none.</param>
public sealed record RunView(string Id, string Calendar, string Period, CloseRunState State, Instant PeriodStart, Instant PeriodEnd,
    Instant StartedAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Instant? FinishedAt, RunProgress Progress, ReportProgress Reports,
    IReadOnlyList<RunItem>? Items = null, string? NextCursor = null)
{
    /// <summary>Of a stored run.</summary>
    public static RunView Of(CloseRun run, CloseProgress progress, PageOf<CloseItem>? items = null) => new(run.Id, run.Calendar, run.Period, run.State,
        run.PeriodStart, run.PeriodEnd, run.StartedAt, run.FinishedAt, RunProgress.Of(progress), ReportProgress.Of(progress),
        items?.Data.Select(RunItem.Of).ToList(), items?.NextCursor);
}

/// <summary>How many agreements stand where.</summary>
/// <param name="Expected">All.</param>
/// <param name="Done">Issued, or nothing to issue.</param>
/// <param name="Failed">Parked with a reason until retried.</param>
/// <param name="Missing">Still to be worked on.</param>
public sealed record RunProgress(int Expected, int Done, int Failed, int Missing)
{
    /// <summary>Of stored counts.</summary>
    public static RunProgress Of(CloseProgress progress) => new(progress.Pending + progress.Composed + progress.Done + progress.Failed,
        progress.Done, progress.Failed, progress.Pending + progress.Composed);
}

/// <summary>How many subscriptions have reported.</summary>
/// <param name="Expected">All.</param>
/// <param name="Reported">Those that have.</param>
/// <param name="Missing">Those that have not: no document is issued before they do.</param>
public sealed record ReportProgress(long Expected, long Reported, long Missing)
{
    /// <summary>Of stored counts.</summary>
    public static ReportProgress Of(CloseProgress progress) =>
        new(progress.ChildrenExpected, progress.ChildrenReported, progress.ChildrenExpected - progress.ChildrenReported);
}

/// <summary>One agreement's part of a run.</summary>
/// <param name="Agreement">Agreement.</param>
/// <param name="Buyer">Who is billed.</param>
/// <param name="State"><c>pending</c>, <c>composed</c> (complete, waits for its number), <c>done</c> or <c>failed</c>.</param>
/// <param name="Attempts">Failed attempts.</param>
/// <param name="Expected">Subscriptions that must report.</param>
/// <param name="Reported">Those that have.</param>
/// <param name="Missing">Those that have not.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record RunItem(string Agreement, string Buyer, CloseItemState State, int Attempts, int Expected, int Reported, int Missing, string? Reason = null)
{
    /// <summary>Of a stored item.</summary>
    public static RunItem Of(CloseItem item) => new(item.Agreement, item.Buyer, item.State, item.Attempts, item.Expected, item.Reported,
        item.Expected - item.Reported, item.State == CloseItemState.Done ? null : item.Reason);
}
