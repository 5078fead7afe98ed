// Usage alerts: the rules by which usage tells that it has grown.
namespace OrleansBilling.Storage.Notifications;

/// <summary>Unlike definitions they may be removed: nothing that was decided depends on one.</summary>
public interface IUsageAlertStore
{
    /// <summary>Creates or replaces; answers the version that stands, from 1. The same body again changes nothing.</summary>
    Task<int> Put(string id, string party, string body, CancellationToken cancel);

    /// <summary>The alert, or null.</summary>
    Task<UsageAlertRow?> Get(string id, CancellationToken cancel);

    /// <summary>By id; with a party, its own and those of parties below it.</summary>
    Task<IReadOnlyList<UsageAlertRow>> List(string? party, string? afterId, int limit, CancellationToken cancel);

    /// <summary>Removes it; false: there was none.</summary>
    Task<bool> Delete(string id, CancellationToken cancel);
}

/// <summary>A stored alert.</summary>
/// <param name="Party">Whom it is about: a partner or customer, of a subscription its customer.</param>
public sealed record UsageAlertRow(string Id, string Party, string Body, int Version);
