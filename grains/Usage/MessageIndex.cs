// Which rows hold the events of a message: made from the journal when the first report names a message, and kept up by reading on.
using System.IO.Hashing;
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Grains.Usage;

/// <summary>An event of a message.</summary>
internal sealed record MessageEvent(string Source, string Id, long TimeMicros);

/// <summary>
/// A cache: who drops it reads again. Above its bound it forgets its oldest rows; a message that it does not know is looked for in those too. Nothing is
/// done for it on the way of an event.
/// </summary>
public sealed class MessageIndex
{
    private readonly Dictionary<ulong, List<long>> rows = [];
    private readonly SemaphoreSlim reading = new(1, 1);
    private long from;
    private long through;
    private int kept;

    /// <summary>The events of a message, one of its parts or all, among those that are durable and can still be corrected.</summary>
    internal async Task<IReadOnlyList<MessageEvent>> Find(SubscriptionSession session, string message, string? part, long notBeforeMicros,
        CancellationToken cancel)
    {
        await reading.WaitAsync(cancel);
        try
        {
            var first = FirstRow(session.State, notBeforeMicros);
            if (through == 0)
                (from, through) = (first, first - 1);
            await ReadOn(session, cancel);
            var finder = new Finder(message, part, notBeforeMicros);
            foreach (var row in rows.GetValueOrDefault(HashOf(Encoding.UTF8.GetBytes(message))) ?? [])
                await Visit(session, row, row, finder, cancel);
            if (finder.Found.Count == 0 && from > first)
                await Visit(session, first, from - 1, finder, cancel);
            return finder.Found;
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task ReadOn(SubscriptionSession session, CancellationToken cancel)
    {
        var adder = new Adder(this);
        await foreach (var row in session.Older.Rows(through + 1, session.Head, cancel))
        {
            if (kept >= Limits.MessagesIndexed)
            {
                rows.Clear();
                (kept, from) = (0, row.Version);
            }

            adder.Version = row.Version;
            SubscriptionReplay.Visit(row.Frames.Span, adder);
            through = row.Version;
        }
    }

    private static async Task Visit(SubscriptionSession session, long from, long to, Finder finder, CancellationToken cancel)
    {
        await foreach (var row in session.Older.Rows(from, to, cancel))
            SubscriptionReplay.Visit(row.Frames.Span, finder);
    }

    // Nothing of that time was accepted before a seal that was recorded when it was still in the future.
    private static long FirstRow(SubscriptionState state, long notBeforeMicros) => 1 + state.Seals
        .Where(seal => seal.RecordedMicros < notBeforeMicros - (Limits.ClockSkewMax.BclCompatibleTicks / 10))
        .Select(seal => seal.Version).DefaultIfEmpty(0).Max();

    private static ulong HashOf(ReadOnlySpan<byte> message) => XxHash3.HashToUInt64(message);

    private sealed class Adder(MessageIndex index) : UsageVisitor
    {
        public long Version { get; set; }

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            if (Correction.Is(record) || !record.TryGetDimension("message_id"u8, out var message))
                return;
            var hash = HashOf(message);
            if (!index.rows.TryGetValue(hash, out var versions))
                index.rows[hash] = versions = new List<long>(1);
            if (versions.Count > 0 && versions[^1] == Version)
                return;
            versions.Add(Version);
            index.kept++;
        }
    }

    private sealed class Finder(string message, string? part, long notBeforeMicros) : UsageVisitor
    {
        private readonly byte[] message = Encoding.UTF8.GetBytes(message);
        private readonly byte[]? part = part is null ? null : Encoding.UTF8.GetBytes(part);

        public List<MessageEvent> Found { get; } = [];

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            if (record.TimeMicros < notBeforeMicros || Correction.Is(record) || BackfillName.Is(record.Source)
                || !record.TryGetDimension("message_id"u8, out var of) || !of.SequenceEqual(message)
                || (part is not null && !(record.TryGetDimension("part"u8, out var one) && one.SequenceEqual(part))))
                return;
            if (Found.Count < Limits.MessageEventsMax)
                Found.Add(new MessageEvent(Encoding.UTF8.GetString(record.Source), Encoding.UTF8.GetString(record.Id), record.TimeMicros));
        }
    }
}
