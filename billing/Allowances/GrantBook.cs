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

    /// <summary>How many packages are among them.</summary>
    public int Packages => all.Count(grant => grant.Origin is null);

    /// <summary>The newest package of a leg and meter that had begun at a time, or null. It stays in force when it is used up or expired.</summary>
    public Grant? NewestOf(CellIdentity identity, long timeMicros) =>
        all.FindLast(grant => grant.FromMicros <= timeMicros && grant.Origin is null && grant.IsFor(identity));

    /// <summary>
    /// Forgets those that nothing can change any more. The newest package of a leg and meter stays: it says what happens to what is not covered.
    /// </summary>
    public void Forget(long happenedBeforeMicros, Predicate<int> isNeeded) => all.RemoveAll(grant => grant.IsDoneBefore(happenedBeforeMicros)
        && !isNeeded(grant.Number) && (grant.Origin is not null || all.Exists(newer =>
        newer.Number > grant.Number && newer.Origin is null && newer.FromMicros <= happenedBeforeMicros && newer.Request.Agreement == grant.Request.Agreement
            && newer.Request.Meter == grant.Request.Meter)));

    internal void Add(Grant grant)
    {
        if (grant.Number != Next || Find(grant.Request.Id) is not null)
            throw new PackedFormatException($"grant {grant.Number} \"{grant.Request.Id}\" is out of order");
        last = grant.Number;
        all.Add(grant);
    }

    /// <summary>As a snapshot has kept it.</summary>
    internal void Restore(Grant grant)
    {
        last = grant.Number - 1;
        Add(grant);
    }

    /// <summary>Of all that ever were.</summary>
    internal void RestoreNewest(int newest) => last = newest >= last ? newest : throw new PackedFormatException("a grant is newer than the newest");
}
