// Whether an id came twice in a stream, in bounded memory: what does not fit is looked at in a further pass over the stream.
namespace OrleansBilling.Billing.Proving;

/// <summary>
/// Holds the ids of one share of a stream: those whose lowest bits are <see cref="Share"/>. Begins with all of them; where they become too many,
/// the shares are halved, so that one stream may have any number of events.
/// </summary>
public sealed class IdSet(int most = IdSet.Most)
{
    /// <summary>Ids in memory at a time, 24 bytes each.</summary>
    public const int Most = 2_000_000;
    private readonly HashSet<(UInt128 Id, int Day)> ids = [];

    /// <summary>How many passes the stream needs: a power of two.</summary>
    public uint Shares { get; private set; } = 1;

    /// <summary>The share that this pass looks at.</summary>
    public uint Share { get; private set; }

    /// <summary>False: the id was added before. One of another share is always true.</summary>
    public bool Add(UInt128 id, int day)
    {
        if (!IsMine(id))
            return true;
        if (ids.Count >= most && Share == 0)
            Halve();
        return !IsMine(id) || ids.Add((id, day));
    }

    /// <summary>Goes on with the next share; false when all were looked at.</summary>
    public bool Next()
    {
        ids.Clear();
        return ++Share < Shares;
    }

    // Only in the first pass: the shares of the others are as many by then as they have to be.
    private void Halve()
    {
        Shares *= 2;
        ids.RemoveWhere(one => !IsMine(one.Id));
    }

    private bool IsMine(UInt128 id) => (unchecked((uint)id) & (Shares - 1)) == Share;
}
