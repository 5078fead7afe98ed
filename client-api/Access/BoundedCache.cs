// A cache that cannot grow: two generations, the older one falls away when the younger is full.
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OrleansBilling.ClientApi.Access;

/// <summary>Holds up to twice <paramref name="entriesMax"/> entries; what is read stays. Safe from any thread.</summary>
/// <param name="weigh">As how many entries a value counts; null: one.</param>
public sealed class BoundedCache<TKey, TValue>(int entriesMax, Func<TValue, int>? weigh = null) where TKey : notnull where TValue : class
{
    private volatile ConcurrentDictionary<TKey, TValue> young = new();
    private volatile ConcurrentDictionary<TKey, TValue> old = new();
    private int written;

    /// <summary>What is remembered, if anything.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (young.TryGetValue(key, out value))
            return true;
        if (!old.TryGetValue(key, out value))
            return false;
        Set(key, value);
        return true;
    }

    /// <summary>Remembers.</summary>
    public void Set(TKey key, TValue value)
    {
        young[key] = value;
        var weight = weigh?.Invoke(value) ?? 1;
        var count = Interlocked.Add(ref written, weight);
        // Exactly one writer counts over the bound, so exactly one turns the generations.
        if (count < entriesMax || count - weight >= entriesMax)
            return;
        old = young;
        young = new();
        Volatile.Write(ref written, 0);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        young = new();
        old = new();
    }
}
