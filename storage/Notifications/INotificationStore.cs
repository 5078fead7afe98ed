// Notifications: what was told to a party, append-only, once per key.
using NodaTime;

namespace OrleansBilling.Storage.Notifications;

/// <summary>The key makes telling repeatable: a rule, its scope and the number of the crossing. What is told stays as it was told first.</summary>
public interface INotificationStore
{
    /// <summary>Adds those whose keys are not there yet. Durable when it ends; repeating it changes nothing.</summary>
    Task Add(IReadOnlyList<NewNotification> told, CancellationToken cancel);

    /// <summary>What was told under a key, or null.</summary>
    Task<Notification?> Get(string key, CancellationToken cancel);

    /// <summary>Newest first, with numbers below <paramref name="before"/>; with a party, what was told to it and to parties below it.</summary>
    Task<IReadOnlyList<Notification>> List(string? party, long? before, int limit, CancellationToken cancel);
}

/// <summary>Something to be told.</summary>
/// <param name="Key">Rule, scope and number of the crossing.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">What happened, e.g. <c>wallet_low_water</c>.</param>
/// <param name="Party">To whom: a partner or a customer.</param>
/// <param name="Body">A JSON object with what belongs to the kind.</param>
public sealed record NewNotification(string Key, Instant At, string Kind, string Party, string Body);

/// <summary>Something that was told. Numbers grow in the order of telling, with gaps.</summary>
public sealed record Notification(long Number, string Key, Instant At, string Kind, string Party, string Body);
