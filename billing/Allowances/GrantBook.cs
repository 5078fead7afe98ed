// The grants of a subscription.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>Part of the state: grown by grant frames, used by events and holds.</summary>
public sealed class GrantBook
{
    private readonly List<Grant> all = [];
    private int last;

    /// <summary>In the order in which they were granted.</summary>
    public IReadOnlyList<Grant> All => all;

    /// <summary>Whether there are none: then nothing of this costs anything.</summary>
    public bool IsEmpty => all.Count == 0;

    /// <summary>Number of the next one.</summary>
    public int Next => last + 1;

    /// <summary>By the id that its caller chose, or null.</summary>
    public Grant? Find(string id) => all.Find(grant => grant.Request.Id == id);

    /// <summary>By number; throws on one that no frame has granted, or that is forgotten.</summary>
    public Grant At(int number) => all.Find(grant => grant.Number == number) ?? throw new PackedFormatException($"grant {number} is not known");

    /// <summary>The newest one of a leg and meter that had begun at a time, or null. It stays in force when it is used up or expired.</summary>
    public Grant? NewestOf(CellIdentity identity, long timeMicros) => all.FindLast(grant => grant.FromMicros <= timeMicros && grant.IsFor(identity));

    /// <summary>
    /// Forgets those that nothing can change any more. The newest of a leg and meter stays: it says what happens to what is not covered.
    /// </summary>
    public void Forget(long happenedBeforeMicros, Predicate<int> isNeeded) => all.RemoveAll(grant => grant.IsDoneBefore(happenedBeforeMicros)
        && !isNeeded(grant.Number) && all.Exists(newer =>
        newer.Number > grant.Number && newer.FromMicros <= happenedBeforeMicros && newer.Request.Agreement == grant.Request.Agreement
            && newer.Request.Meter == grant.Request.Meter));

    internal void Add(Grant grant)
    {
        if (grant.Number != Next || Find(grant.Request.Id) is not null)
            throw new PackedFormatException($"grant {grant.Number} \"{grant.Request.Id}\" is out of order");
        last = grant.Number;
        all.Add(grant);
    }

    internal void Write(ref PackedWriter writer)
    {
        writer.Count(last);
        writer.Count(all.Count);
        foreach (var grant in all)
        {
            GrantFrame.WriteGrant(ref writer, grant);
            writer.Decimal(grant.Used);
            writer.Decimal(grant.Held);
            writer.Int64(grant.LastUseMicros);
        }
    }

    internal void Read(ref PackedReader reader)
    {
        var newest = reader.Count();
        for (var left = reader.Count(); left > 0; left--)
        {
            var grant = GrantFrame.ReadGrant(ref reader);
            last = grant.Number - 1;
            Add(grant);
            grant.Restore(reader.Decimal(), reader.Decimal(), reader.Int64());
        }

        last = newest >= last ? newest : throw new PackedFormatException("a grant is newer than the newest");
    }
}
