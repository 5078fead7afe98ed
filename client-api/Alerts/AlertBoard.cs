// What was told of usage lately, for streams that are open.
using System.Collections.Immutable;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Notifications;

namespace OrleansBilling.ClientApi.Alerts;

/// <summary>The newest of this process; who asks too late finds them among the notifications.</summary>
public sealed class AlertBoard
{
    private ImmutableList<Entry> newest = [];

    /// <summary>Where a stream that opens now begins.</summary>
    public long Newest => Volatile.Read(ref newest) is [.., var last] ? last.Number : 0;

    /// <summary>Something was told of a subject's usage; once.</summary>
    public void Tell(string kind, string id, NotificationView told) => ImmutableInterlocked.Update(ref newest, entries =>
    {
        if (entries.Exists(entry => entry.Told.Id == told.Id))
            return entries;
        var kept = entries.Count < Limits.AlertBoardMax ? entries : entries.RemoveAt(0);
        return kept.Add(new Entry((entries is [.., var last] ? last.Number : 0) + 1, kind, id, told));
    });

    /// <summary>What was told of a subject's usage since a place, which moves on.</summary>
    public IReadOnlyList<NotificationView> Since(ref long place, string kind, string id)
    {
        var (entries, since) = (Volatile.Read(ref newest), place);
        if (entries is not [.., var last] || last.Number == since)
            return [];
        place = last.Number;
        return [.. entries.Where(entry => entry.Number > since && entry.Kind == kind && entry.Id == id).Select(entry => entry.Told)];
    }

    private sealed record Entry(long Number, string Kind, string Id, NotificationView Told);
}
