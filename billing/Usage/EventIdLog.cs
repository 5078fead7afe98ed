// Recent event ids of one subscription, exact: 128 bits of identity, 32 bits of body, in order of arrival with an index over them.
namespace OrleansBilling.Billing.Usage;

/// <summary>One remembered id. Version is the journal row that holds the event; 0 while it is not yet durable.</summary>
public struct EventIdEntry
{
    /// <summary>128 bits of (source, id).</summary>
    public UInt128 IdHash;
    /// <summary>32 bits of the rest.</summary>
    public uint BodyHash;
    /// <summary>Day (UTC) of the event's time since 1970.</summary>
    public int Day;
    /// <summary>Row that holds it.</summary>
    public long Version;
}

/// <summary>
/// Arrays of structs and an open-addressing index of positions: a few objects however many ids, so the collector has nothing to walk.
/// </summary>
public sealed class EventIdLog
{
    private EventIdEntry[] entries = [];
    private int[] index = [];
    private int count;
    private long forgotten;

    /// <summary>How many ids are remembered.</summary>
    public int Count => count;

    /// <summary>In order of arrival.</summary>
    public ReadOnlySpan<EventIdEntry> Entries => entries.AsSpan(0, count);

    /// <summary>Finds an id.</summary>
    public bool TryGet(UInt128 idHash, out EventIdEntry entry)
    {
        if (count != 0)
        {
            var mask = index.Length - 1;
            for (var slot = Slot(idHash, mask); index[slot] != 0; slot = (slot + 1) & mask)
            {
                ref var found = ref entries[index[slot] - 1];
                if (found.IdHash == idHash)
                {
                    entry = found;
                    return true;
                }
            }
        }

        entry = default;
        return false;
    }

    /// <summary>Remembers an id that is not yet known.</summary>
    public void Add(in EventIdEntry entry)
    {
        if (count == entries.Length)
            Array.Resize(ref entries, Math.Max(4, entries.Length * 2));
        entries[count++] = entry;
        if (count * 4 > index.Length * 3)
            Reindex();
        else
            Insert(count - 1);
    }

    /// <summary>How many ids were ever added: the position of the next one. Positions stay valid when older ids are forgotten.</summary>
    public long NextPosition => forgotten + count;

    /// <summary>Gives positions [from, to) the version of the row that made them durable.</summary>
    public void SetVersion(long from, long to, long version)
    {
        for (var position = Math.Max(from, forgotten); position < to; position++)
            entries[(int)(position - forgotten)].Version = version;
    }

    /// <summary>Forgets the oldest <paramref name="number"/> ids (moved to a part, or past the window).</summary>
    public void RemoveOldest(int number)
    {
        if (number == 0)
            return;
        forgotten += number;
        count -= number;
        var kept = new EventIdEntry[count];
        Array.Copy(entries, number, kept, 0, count);
        entries = kept;
        Reindex();
    }

    /// <summary>Forgets the oldest ids as long as their day lies before a day.</summary>
    public void RemoveBefore(int day)
    {
        var number = 0;
        while (number < count && entries[number].Day < day)
            number++;
        RemoveOldest(number);
    }

    private void Reindex()
    {
        var size = 8;
        while (size * 3 < Math.Max(count, 4) * 5)
            size *= 2;
        index = new int[size];
        for (var position = 0; position < count; position++)
            Insert(position);
    }

    private void Insert(int position)
    {
        var mask = index.Length - 1;
        var slot = Slot(entries[position].IdHash, mask);
        while (index[slot] != 0)
            slot = (slot + 1) & mask;
        index[slot] = position + 1;
    }

    // The hash is already uniform: its low bits are as good as any.
    private static int Slot(UInt128 idHash, int mask) => unchecked((int)(ulong)idHash) & mask;
}
