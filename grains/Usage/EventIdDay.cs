// The parts of one stream and day of the event, and which of them should become one.
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>One stored part as an activation knows it.</summary>
public sealed class DayPart(EventIdPartKey key, int ids)
{
    /// <summary>Its name in the store.</summary>
    public EventIdPartKey Key => key;

    /// <summary>About how many ids it has.</summary>
    public int Ids => ids;

    /// <summary>Where its contents were last.</summary>
    public CachedPart? Place { get; set; }
}

/// <summary>
/// Parts in the order of their versions. Tiers: four neighbours of one size become one of the next, so a day has at most three parts of a size,
/// and an id is written once per size. Those of the largest size stay as they are, so that no merge grows with the day.
/// </summary>
/// <param name="smallMax">Ids up to which a part is of the smallest size; each further size is four times as large.</param>
public sealed class EventIdDay(int smallMax)
{
    private const int FanIn = 4;
    private const int SizeMax = 4;

    /// <summary>Replaced as a whole, so that who is searching is not disturbed.</summary>
    public DayPart[] Parts { get; private set; } = [];

    /// <summary>Adds a stored part, unless it is there.</summary>
    public void Add(DayPart part)
    {
        if (!Array.Exists(Parts, known => known.Key == part.Key))
            Parts = [.. Parts.Append(part).OrderBy(one => one.Key.FirstVersion).ThenBy(one => one.Key.LastVersion)];
    }

    /// <summary>Forgets parts that are not stored any more.</summary>
    public void Remove(IEnumerable<DayPart> parts) => Parts = [.. Parts.Except(parts)];

    /// <summary>Whether a part may hold the fingerprint: one does, or its contents are not in memory.</summary>
    public bool MayHold(uint fingerprint)
    {
        foreach (var part in Parts)
        {
            if (part.Place?.Contents is not { } contents || contents.Holds(fingerprint))
                return true;
        }

        return false;
    }

    /// <summary>Neighbours that should become one part, or none: all parts within a range of versions that begins and ends with a part.</summary>
    public IReadOnlyList<DayPart> ToMerge()
    {
        for (var size = 0; size < SizeMax; size++)
        {
            var (from, count) = (0, 0);
            for (var at = 0; at < Parts.Length; at++)
            {
                var other = SizeOf(Parts[at]);
                if (other > size)
                    (from, count) = (at + 1, 0);
                else if (other == size && ++count == FanIn)
                    return Within(from, at);
            }
        }

        return [];
    }

    // Parts that overlap (an activation began with an older snapshot) may hide behind others: two of one name could not both stay.
    private DayPart[] Within(int from, int to)
    {
        var (first, last) = (Parts[from].Key.FirstVersion, Parts[from..(to + 1)].Max(part => part.Key.LastVersion));
        return [.. Parts.Where(part => part.Key.FirstVersion >= first && part.Key.LastVersion <= last)];
    }

    private int SizeOf(DayPart part)
    {
        var size = 0;
        for (long max = smallMax; size < SizeMax && part.Ids >= max; max *= FanIn)
            size++;
        return size;
    }
}
