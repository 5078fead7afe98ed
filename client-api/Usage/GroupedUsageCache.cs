// Sums of journals that were read, so that the next reading only reads what came since.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Bounded by <see cref="Limits.GroupedSumsKept"/>; what was not asked for the longest falls away. Safe from any thread; what it holds is never changed.</summary>
internal sealed class GroupedUsageCache
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, GroupedUsage Usage)>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, GroupedUsage Usage)> order = new();
    private long weight;

    /// <summary>What is kept, or null.</summary>
    public GroupedUsage? Find(string key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var node))
                return null;
            order.Remove(node);
            order.AddFirst(node);
            return node.Value.Usage;
        }
    }

    /// <summary>Keeps it from now on.</summary>
    public void Set(string key, GroupedUsage usage)
    {
        lock (gate)
        {
            if (entries.Remove(key, out var before))
                Drop(before);
            entries[key] = order.AddFirst((key, usage));
            weight += usage.Weight;
            while (weight > Limits.GroupedSumsKept && order.Last is { } last)
            {
                entries.Remove(last.Value.Key);
                Drop(last);
            }
        }
    }

    private void Drop(LinkedListNode<(string Key, GroupedUsage Usage)> node)
    {
        order.Remove(node);
        weight -= node.Value.Usage.Weight;
    }
}
