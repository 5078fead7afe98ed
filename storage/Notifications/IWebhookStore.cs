// Webhooks: receivers outside, and what is still to be sent to them.
using NodaTime;

namespace OrleansBilling.Storage.Notifications;

/// <summary>
/// What a receiver is to be sent is written in the transaction that tells the notification, so none is forgotten; it is sent in the order of notifications, and
/// the next one only when the one before it was taken or given up.
/// </summary>
public interface IWebhookStore
{
    /// <summary>Creates or replaces; without a secret the one that stands stays.</summary>
    Task<WebhookPut> Put(WebhookRow webhook, int ofPartyMax, CancellationToken cancel);

    /// <summary>The webhook, or null.</summary>
    Task<WebhookRow?> Get(string id, CancellationToken cancel);

    /// <summary>By id; with a party, its own.</summary>
    Task<IReadOnlyList<WebhookRow>> List(string? party, string? afterId, int limit, CancellationToken cancel);

    /// <summary>Removes it with all that it was sent; false: there was none.</summary>
    Task<bool> Delete(string id, CancellationToken cancel);

    /// <summary>Sends it nothing more until it is put again.</summary>
    Task Disable(string id, CancellationToken cancel);

    /// <summary>Webhooks with something to be sent, by id.</summary>
    Task<IReadOnlyList<string>> Pending(string? afterId, int limit, CancellationToken cancel);

    /// <summary>What is to be sent next to a webhook that is not disabled, or null.</summary>
    Task<WebhookMessage?> Head(string webhook, CancellationToken cancel);

    /// <summary>Counts an attempt and takes it for this process; false: another one has it.</summary>
    Task<bool> Claim(string webhook, long number, Instant now, Instant until, CancellationToken cancel);

    /// <summary>How an attempt ended: tried again at an instant, or done as <c>delivered</c> or <c>failed</c>.</summary>
    Task Record(string webhook, long number, string answer, Instant? next, string? done, Instant now, CancellationToken cancel);

    /// <summary>What a webhook was sent, newest first, with numbers below <paramref name="before"/>.</summary>
    Task<IReadOnlyList<WebhookDelivery>> Deliveries(string webhook, long before, int limit, CancellationToken cancel);

    /// <summary>Deletes what was done before an instant, some at a time; answers how many.</summary>
    Task<int> Purge(Instant before, int limit, CancellationToken cancel);
}

/// <summary>A receiver.</summary>
/// <param name="Party">What is told to it and below it; null: everything.</param>
/// <param name="Kinds">Kinds of notifications; none: all.</param>
/// <param name="Secret">Null when it is put: the one that stands.</param>
public sealed record WebhookRow(string Id, string? Party, string Url, IReadOnlyList<string> Kinds, string? Secret, bool IsDisabled, Instant CreatedAt);

/// <summary>How a webhook was put.</summary>
public enum WebhookPut
{
    /// <summary>New.</summary>
    Created,
    /// <summary>It stood already.</summary>
    Replaced,
    /// <summary>The party has as many as it may have.</summary>
    TooMany,
}

/// <summary>What a webhook was sent, or is to be.</summary>
/// <param name="Status"><c>pending</c>, <c>delivered</c> or <c>failed</c>: given up.</param>
/// <param name="Answer">Of the last attempt: a status code, or why there was none.</param>
public sealed record WebhookDelivery(Notification Told, string Status, int Attempts, Instant? FirstAt, Instant NextAt, Instant? ClaimedUntil, string? Answer,
    Instant? DoneAt);

/// <summary>The next message of a webhook.</summary>
public sealed record WebhookMessage(WebhookRow Webhook, WebhookDelivery Delivery);
