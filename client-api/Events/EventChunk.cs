// Events of one request that are decided together: parsed one after the other, then regrouped by subscription without losing their order.
using System.Buffers;
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Privacy;

namespace OrleansBilling.ClientApi.Events;

/// <summary>How one event stands. Fault is set for those that no grain has seen.</summary>
public struct ChunkEvent
{
    /// <summary>Group it belongs to, −1: refused before any grain saw it.</summary>
    public int Group;
    /// <summary>Where its record begins among the packed ones.</summary>
    public int Start;
    /// <summary>Bytes of its record.</summary>
    public int Length;
    /// <summary>Its outcome.</summary>
    public UsageOutcome Outcome;
    /// <summary>What is wrong with it.</summary>
    public string? Fault;
    /// <summary>Whose wallet did not allow it.</summary>
    public string? LimitingLevel;
    /// <summary>Where its id begins among the ids, for the answer.</summary>
    public int IdStart;
    /// <summary>Bytes of its id.</summary>
    public int IdLength;
}

/// <summary>The events of one subscription in a chunk.</summary>
public struct ChunkGroup
{
    /// <summary>The subscription.</summary>
    public NamedSubscription Subscription;
    /// <summary>How many events.</summary>
    public int Count;
    /// <summary>Bytes of their records.</summary>
    public int Bytes;
    /// <summary>Where its records begin once grouped.</summary>
    public int Start;
    /// <summary>Position of its first event in <see cref="EventChunk.Order"/>.</summary>
    public int First;
}

/// <summary>Used by one request at a time, and by many after one another; holds no reference to a request's buffers once an event was added.</summary>
public sealed class EventChunk(EventParser parser, SubscriptionDirectory directory)
{
    private readonly Dictionary<int, int> groupOf = [];
    private ChunkEvent[] events = new ChunkEvent[16];
    private ChunkGroup[] groups = new ChunkGroup[16];
    private PackedWriter records = new(4096);
    private readonly List<(int Event, int At)> personal = [];
    private PackedWriter ids = new(1024);
    private int[] order = [];
    private byte[] grouped = [];

    /// <summary>Asked with the subscriptions of a chunk before they are sent anything; false: none of them is.</summary>
    public Func<IReadOnlyList<string>, Task<bool>>? Admission { get; init; }

    /// <summary>How many events.</summary>
    public int Count { get; private set; }

    /// <summary>How many events of the request came before this chunk.</summary>
    public long Before { get; private set; }

    /// <summary>In the order in which they were sent.</summary>
    public Span<ChunkEvent> Events => events.AsSpan(0, Count);

    /// <summary>Whether values wait to be sealed before anything is sent.</summary>
    public bool HasPersonal => personal.Count > 0;

    /// <summary>How many subscriptions.</summary>
    public int GroupCount => groupOf.Count;

    /// <summary>By subscription, in order of first appearance.</summary>
    public Span<ChunkGroup> Groups => groups.AsSpan(0, GroupCount);

    /// <summary>Positions of events, group after group.</summary>
    public ReadOnlySpan<int> Order => order;

    /// <summary>Positions of a group's events, in the order in which they were sent.</summary>
    public ReadOnlySpan<int> PositionsOf(int group) => order.AsSpan(groups[group].First, groups[group].Count);

    /// <summary>Id of an event, for the answer.</summary>
    public string IdOf(in ChunkEvent one) => Encoding.UTF8.GetString(ids.Written.Span.Slice(one.IdStart, one.IdLength));

    /// <summary>Parses an event; one that cannot be read stands in the chunk with its fault.</summary>
    public void Add(ReadOnlyMemory<byte> json)
    {
        if (Count == events.Length)
            Array.Resize(ref events, Count * 2);
        ref var added = ref events[Count++];
        var start = records.Length;
        var read = parser.TryParse(json, ref records);
        added = new ChunkEvent { Group = -1, Start = start, Length = records.Length - start, IdStart = ids.Length, IdLength = parser.Id.Length };
        ids.Raw(parser.Id.Span);
        if (!read)
            (added.Outcome, added.Fault) = (UsageOutcome.InvalidEvent, parser.Fault);
        else if (parser.Subject.Length > FieldChecks.IdLengthMax)
            added.Outcome = UsageOutcome.UnknownSubscription;
        else
            added.Group = GroupOf(directory.Of(parser.Subject.Span), added.Length);
        foreach (var at in parser.PersonalAt)
            personal.Add((Count - 1, at));
    }

    /// <summary>Subscriptions with values that wait to be sealed.</summary>
    public IReadOnlySet<NamedSubscription> PersonalSubscriptions() =>
        personal.Where(one => events[one.Event].Group >= 0).Select(one => groups[events[one.Event].Group].Subscription).ToHashSet();

    /// <summary>Seals them, each under the secret of its subscription's customer.</summary>
    public void Seal(IReadOnlyDictionary<NamedSubscription, byte[]> secrets)
    {
        foreach (var (one, at) in personal)
        {
            if (events[one].Group is >= 0 and var group)
                PersonalMark.Seal(secrets[groups[group].Subscription], records.Patch(at, PersonalMark.Length));
        }

        personal.Clear();
    }

    /// <summary>Refuses every event of a group before it is sent (the caller does not see the subscription).</summary>
    public void Hide(int group)
    {
        foreach (ref var one in Events)
        {
            if (one.Group == group)
                (one.Group, one.Outcome) = (-1, UsageOutcome.UnknownSubscription);
        }

        groups[group].Count = groups[group].Bytes = 0;
    }

    /// <summary>Gives every event that no grain has seen, and that is not refused, an outcome.</summary>
    public void Fill(UsageOutcome outcome)
    {
        foreach (ref var one in Events)
        {
            if (one.Group >= 0)
                one.Outcome = outcome;
        }
    }

    /// <summary>
    /// The records, group after group, each group in the order in which it was sent. The memory is rented: <see cref="GiveBack"/> when no grain can read
    /// it any more.
    /// </summary>
    public ReadOnlyMemory<byte> Grouped()
    {
        var (bytes, count) = (0, 0);
        foreach (ref var group in Groups)
        {
            (group.Start, group.First) = (bytes, count);
            (bytes, count) = (bytes + group.Bytes, count + group.Count);
            // From here to the end of the loop below they say where the next event goes.
            group.Bytes = group.Count = 0;
        }

        grouped = ArrayPool<byte>.Shared.Rent(bytes);
        if (order.Length < count)
            order = new int[Math.Max(count, order.Length * 2)];
        var packed = records.Written.Span;
        for (var position = 0; position < Count; position++)
        {
            ref readonly var one = ref events[position];
            if (one.Group < 0)
                continue;
            ref var group = ref groups[one.Group];
            packed.Slice(one.Start, one.Length).CopyTo(grouped.AsSpan(group.Start + group.Bytes));
            order[group.First + group.Count] = position;
            group.Bytes += one.Length;
            group.Count++;
        }

        return grouped.AsMemory(0, bytes);
    }

    /// <summary>Every grain has answered: the memory of <see cref="Grouped"/> may serve others.</summary>
    public void GiveBack()
    {
        if (grouped.Length > 0)
            ArrayPool<byte>.Shared.Return(grouped);
        grouped = [];
    }

    /// <summary>Positions of a group's events that its subscription has refused because it served no more.</summary>
    public int[] Left(int group)
    {
        List<int>? left = null;
        foreach (var position in PositionsOf(group))
        {
            if (events[position].Outcome == UsageOutcome.SubscriptionNotActive)
                (left ??= []).Add(position);
        }

        return left is null ? [] : [.. left];
    }

    /// <summary>The records of some events of a group, out of all grouped ones.</summary>
    public ReadOnlyMemory<byte> Of(int group, ReadOnlySpan<int> positions, ReadOnlyMemory<byte> grouped)
    {
        var (some, next, at) = (new List<byte>(), 0, groups[group].Start);
        foreach (var position in PositionsOf(group))
        {
            var length = events[position].Length;
            if (next < positions.Length && positions[next] == position)
            {
                some.AddRange(grouped.Span.Slice(at, length));
                next++;
            }

            at += length;
        }

        return some.ToArray();
    }

    /// <summary>Whether it may serve the next request: what a few large events have made it grow to is not kept.</summary>
    public bool IsWorthKeeping => records.Capacity <= Limits.ChunkKeptBytesMax && ids.Capacity <= Limits.ChunkKeptBytesMax;

    /// <summary>Empties it for the next request.</summary>
    public void Reset()
    {
        Clear();
        Before = 0;
    }

    /// <summary>Empties it for the next events of the same request.</summary>
    public void Clear()
    {
        Array.Clear(events, 0, Count);
        Array.Clear(groups, 0, GroupCount);
        grouped = [];
        Before += Count;
        groupOf.Clear();
        records.Truncate(0);
        ids.Truncate(0);
        personal.Clear();
        Count = 0;
    }

    private int GroupOf(NamedSubscription subscription, int bytes)
    {
        if (!groupOf.TryGetValue(subscription.Number, out var group))
        {
            group = groupOf.Count;
            groupOf.Add(subscription.Number, group);
            if (group == groups.Length)
                Array.Resize(ref groups, group * 2);
            groups[group] = new ChunkGroup { Subscription = subscription };
        }

        groups[group].Count++;
        groups[group].Bytes += bytes;
        return group;
    }
}
