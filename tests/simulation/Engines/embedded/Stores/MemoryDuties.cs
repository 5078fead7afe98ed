// Due work and notifications in memory, durable as soon as they are written.
using NodaTime;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.Simulation.Tests.Stores;

/// <summary>Nobody looks at the rows: the simulation heals by asking every grain.</summary>
internal sealed class MemoryDuties : IDueWorkStore, INotificationStore
{
    private readonly Dictionary<(string Grain, string Kind), Instant> rows = [];
    private readonly Dictionary<string, Notification> told = [];

    public Task SetDue(DueWork work, CancellationToken cancel)
    {
        rows[(work.Grain, work.Kind)] = work.At;
        return Task.CompletedTask;
    }

    public Task Wake(string kind, Instant at, CancellationToken cancel)
    {
        foreach (var row in rows.Where(row => row.Key.Kind == kind && row.Value > at).Select(row => row.Key).ToList()) rows[row] = at;
        return Task.CompletedTask;
    }

    public Task ClearDue(DueWork work, CancellationToken cancel)
    {
        if (rows.GetValueOrDefault((work.Grain, work.Kind)) == work.At) rows.Remove((work.Grain, work.Kind));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DueWork>> Due(Instant through, DueWork? after, int limit, CancellationToken cancel) => Task.FromResult<IReadOnlyList<DueWork>>(
        [.. rows.Where(row => row.Value <= through).Select(row => new DueWork(row.Value, row.Key.Grain, row.Key.Kind)).OrderBy(work => work.At)
            .SkipWhile(work => after is not null && work != after).Skip(after is null ? 0 : 1).Take(limit)]);

    public Task<Instant?> NextDue(CancellationToken cancel) => Task.FromResult(rows.Count == 0 ? (Instant?)null : rows.Values.Min());

    public Task Add(IReadOnlyList<NewNotification> some, CancellationToken cancel)
    {
        foreach (var one in some) told.TryAdd(one.Key, new Notification(told.Count + 1, one.Key, one.At, one.Kind, one.Party, one.Body));
        return Task.CompletedTask;
    }

    public Task<Notification?> Get(string key, CancellationToken cancel) => Task.FromResult(told.GetValueOrDefault(key));

    public Task<IReadOnlyList<Notification>> List(string? party, long? before, int limit, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<Notification>>([.. told.Values.OrderByDescending(one => one.Number).Take(limit)]);
}
