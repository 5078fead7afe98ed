// Delivery reports of messages whose events have not come: parked, then applied and gone, or orphans.
using NodaTime;

namespace OrleansBilling.Storage.Deliveries;

/// <summary>All writes can be repeated.</summary>
public interface IParkedReportStore
{
    /// <summary>Parks a report, unless its id is there; answers what stands, or null when <paramref name="most"/> of the subscription wait already.</summary>
    Task<ParkedReport?> Park(ParkedReport report, int most, CancellationToken cancel);

    /// <summary>A report that waits or is an orphan, or null.</summary>
    Task<ParkedReport?> Get(string subscription, string id, CancellationToken cancel);

    /// <summary>Reports of these messages that wait.</summary>
    Task<IReadOnlyList<ParkedReport>> Of(string subscription, IReadOnlyList<string> messages, CancellationToken cancel);

    /// <summary>Reports that wait and were parked until an instant, by subscription and id.</summary>
    Task<IReadOnlyList<ParkedReport>> Waiting(Instant through, (string Subscription, string Id)? after, int limit, CancellationToken cancel);

    /// <summary>Subscriptions with reports that wait, by id.</summary>
    Task<IReadOnlyList<string>> Subscriptions(string? after, int limit, CancellationToken cancel);

    /// <summary>The report was applied: nothing is left of it.</summary>
    Task Applied(string subscription, string id, CancellationToken cancel);

    /// <summary>Nothing came in time: it stays as an orphan.</summary>
    Task Orphaned(string subscription, string id, Instant at, CancellationToken cancel);

    /// <summary>Orphans of [from, to) by subscription and id; with <paramref name="subscription"/> only its own.</summary>
    Task<IReadOnlyList<ParkedReport>> Orphans(Instant from, Instant to, string? subscription, (string Subscription, string Id)? after, int limit,
        CancellationToken cancel);
}

/// <summary>A report that found no event.</summary>
/// <param name="Message">Id of the message.</param>
/// <param name="Body">The report as it was sent, as JSON in one way of writing it.</param>
/// <param name="OrphanedAt">Null: it waits.</param>
public sealed record ParkedReport(string Subscription, string Id, string Message, string Body, Instant ParkedAt, Instant? OrphanedAt);
