// A part of older ids in memory, with a filter in front: an id that it does not hold costs one touch of memory.
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// The filter is a Bloom filter of one word per id: 16 bits an id, four of them set, so about one unknown id in a hundred gets past it. Words
/// follow the fingerprints' order: building it walks through memory once.
/// </summary>
public sealed class SearchablePart
{
    private const int IdsPerWord = 4;
    private const int BytesPerId = sizeof(uint) + sizeof(long) + (sizeof(ulong) / IdsPerWord);
    private readonly uint[] fingerprints;
    private readonly long[] versions;
    private readonly ulong[] filter;

    /// <summary>Builds the filter.</summary>
    public SearchablePart(EventIdPart part)
    {
        (Part, fingerprints, versions) = (part, part.Fingerprints, part.Versions);
        filter = new ulong[(fingerprints.Length / IdsPerWord) + 1];
        foreach (var fingerprint in fingerprints)
            filter[WordOf(fingerprint)] |= BitsOf(fingerprint);
    }

    /// <summary>What is stored.</summary>
    public EventIdPart Part { get; }

    /// <summary>What it takes in memory.</summary>
    public long Bytes => ((long)fingerprints.Length * BytesPerId) + 256;

    /// <summary>What an id is known by here: 32 of its bits.</summary>
    public static uint Fingerprint(UInt128 idHash) => unchecked((uint)(idHash >> 96));

    /// <summary>Whether a fingerprint is among those of the part.</summary>
    public bool Holds(uint fingerprint) => MayHold(fingerprint) && Array.BinarySearch(fingerprints, fingerprint) >= 0;

    /// <summary>Hands the version of every row whose event may be the one with this fingerprint to <paramref name="visit"/>.</summary>
    public void VersionsOf(uint fingerprint, Action<long> visit)
    {
        if (!Holds(fingerprint))
            return;
        var position = Array.BinarySearch(fingerprints, fingerprint);
        while (position > 0 && fingerprints[position - 1] == fingerprint)
            position--;
        for (; position < fingerprints.Length && fingerprints[position] == fingerprint; position++)
            visit(versions[position]);
    }

    /// <summary>What the filter says: false is certain, true is not.</summary>
    public bool MayHold(uint fingerprint)
    {
        var bits = BitsOf(fingerprint);
        return (filter[WordOf(fingerprint)] & bits) == bits;
    }

    private int WordOf(uint fingerprint) => (int)(((ulong)fingerprint * (uint)filter.Length) >> 32);

    // Fingerprints of one word have their high bits in common: they are mixed before four times six bits are taken.
    private static ulong BitsOf(uint fingerprint)
    {
        var mixed = unchecked(fingerprint * 0x9E37_79B9_7F4A_7C15UL);
        return (1UL << (int)(mixed >> 58)) | (1UL << (int)((mixed >> 52) & 63)) | (1UL << (int)((mixed >> 46) & 63)) | (1UL << (int)((mixed >> 40) & 63));
    }
}
