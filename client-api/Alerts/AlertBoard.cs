// What was told of usage lately, for streams that are open.
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Notifications;

namespace OrleansBilling.ClientApi.Alerts;

/// <summary>The newest of this process; who asks too late finds them among the notifications.</summary>
public sealed class AlertBoard
{
    private readonly Lock turn = new();
    private readonly Queue<Entry> newest = new();
    private long count;

    /// <summary>Where a stream that opens now begins.</summary>
    public long Newest
    {
        get
        {
            lock (turn) return count;
        }
    }

    /// <summary>Something was told of a subject's usage; once.</summary>
    public void Tell(string kind, string id, NotificationView told)
    {
        lock (turn)
        {
            if (newest.Any(entry => entry.Told.Id == told.Id))
                return;
            newest.Enqueue(new Entry(++count, kind, id, told));
            if (newest.Count > Limits.AlertBoardMax) newest.Dequeue();
        }
    }

    /// <summary>What was told of a subject's usage since a place, which moves on.</summary>
    public IReadOnlyList<NotificationView> Since(ref long place, string kind, string id)
    {
        lock (turn)
        {
            if (place == count)
                return [];
            var since = place;
            place = count;
            return [.. newest.Where(entry => entry.Number > since && entry.Kind == kind && entry.Id == id).Select(entry => entry.Told)];
        }
    }

    private sealed record Entry(long Number, string Kind, string Id, NotificationView Told);
}
