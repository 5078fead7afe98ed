// The port that keeps reminders over restarts, and its default, which does not.
using System.Collections.Concurrent;

namespace OrleansBilling.Embedded;

public sealed record StoredReminder(string GrainType, string Key, string Name, DateTimeOffset StartAt, TimeSpan Period);

public interface IReminderStore
{
    Task<IReadOnlyList<StoredReminder>> ReadAllAsync(CancellationToken token);

    // There is one reminder per grain type, key and name.
    Task UpsertAsync(StoredReminder reminder, CancellationToken token);

    Task RemoveAsync(string grainType, string key, string name, CancellationToken token);
}

public sealed class InMemoryReminderStore : IReminderStore
{
    readonly ConcurrentDictionary<(string, string, string), StoredReminder> rows = new();

    public Task<IReadOnlyList<StoredReminder>> ReadAllAsync(CancellationToken token)
        => Task.FromResult<IReadOnlyList<StoredReminder>>(
            [.. rows.Values.OrderBy(row => row.GrainType, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal)
                .ThenBy(row => row.Name, StringComparer.Ordinal)]);

    public Task UpsertAsync(StoredReminder reminder, CancellationToken token)
    {
        rows[(reminder.GrainType, reminder.Key, reminder.Name)] = reminder;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string grainType, string key, string name, CancellationToken token)
    {
        rows.TryRemove((grainType, key, name), out _);
        return Task.CompletedTask;
    }
}
