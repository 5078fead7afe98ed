// Adds up the totals of many subscriptions: the newest report of each replaces the one before, so order, repeats and losses do not matter.
namespace OrleansBilling.Billing.Usage;

/// <summary>What a total is kept for in a rollup: leg, charge and period, whatever price version or purse.</summary>
/// <param name="Period">Label.</param>
/// <param name="StartMicros">First instant of the period; 0 with <paramref name="EndMicros"/> for one that is archived and never current.</param>
/// <param name="EndMicros">End of the period (exclusive).</param>
public readonly record struct RollupKey(string Agreement, string Plan, string Charge, string Meter, string Period, long StartMicros, long EndMicros)
{
    /// <summary>Whether an instant lies in its period.</summary>
    public bool Contains(long micros) => StartMicros <= micros && micros < EndMicros;
}

/// <summary>One total of one subscription.</summary>
public readonly record struct RollupTotal(RollupKey Key, long Count, decimal Quantity, decimal Amount);

// As it is kept: thousands of subscriptions share a key.
internal readonly struct KeptTotal(SharedKey shared, in RollupTotal total)
{
    public readonly long Count = total.Count;
    public readonly decimal Quantity = total.Quantity;
    public readonly decimal Amount = total.Amount;

    public SharedKey Shared => shared;

    public ref readonly RollupKey Key => ref shared.Value;
}

internal sealed class SharedKey(RollupKey value)
{
    public readonly RollupKey Value = value;
}

/// <summary>
/// Of each child the report of the highest version, and of equal versions the one that counts more. Sums are kept by replacing what a child had
/// said before. Belongs to one turn at a time.
/// </summary>
public sealed class UsageRollup
{
    private const int ViewsMax = 8;
    private const byte Format = 1;
    private readonly Dictionary<string, Child> children = new(StringComparer.Ordinal);
    private readonly Dictionary<RollupKey, SharedKey> keys = [];
    private readonly List<RollupView> views = [];

    /// <summary>Everything durable until then is counted, µs; 0: nothing is known about that yet.</summary>
    public long AsOfMicros { get; set; }

    /// <summary>Children that have reported.</summary>
    public int Count => children.Count;

    /// <summary>Version up to which a child's totals are known; 0: it has not reported.</summary>
    public long VersionOf(string child) => children.TryGetValue(child, out var known) ? known.Version : 0;

    /// <summary>Takes a report; false when what is known is as new.</summary>
    /// <param name="version">All rows of the child's stream up to it are counted, and maybe some after it.</param>
    public bool Replace(string child, long version, ReadOnlySpan<RollupTotal> totals)
    {
        long events = 0;
        foreach (ref readonly var total in totals)
            events += total.Count;
        children.TryGetValue(child, out var known);
        if (known is not null && (known.Version > version || (known.Version == version && known.Events >= events)))
            return false;
        if (known is null)
            children[child] = known = new Child();
        foreach (var view in views)
            view.Take(known.Totals, -1);
        Keep(known, totals);
        (known.Version, known.Events) = (version, events);
        foreach (var view in views)
            view.Take(known.Totals, 1);
        return true;
    }

    /// <summary>Forgets every other child; true when there was one.</summary>
    public bool KeepOnly(IEnumerable<string> known)
    {
        var others = children.Keys.Except(known, StringComparer.Ordinal).ToList();
        foreach (var other in others)
        {
            foreach (var view in views)
                view.Take(children[other].Totals, -1);
            children.Remove(other);
        }

        return others.Count > 0;
    }

    // In place: most reports say new figures of the same totals, and what is old by the collector's count should not point to what is young.
    private void Keep(Child child, ReadOnlySpan<RollupTotal> totals)
    {
        if (child.Totals.Length != totals.Length)
            child.Totals = new KeptTotal[totals.Length];
        for (var index = 0; index < totals.Length; index++)
        {
            ref readonly var total = ref totals[index];
            var shared = child.Totals[index].Shared;
            child.Totals[index] = new KeptTotal(shared is not null && shared.Value == total.Key ? shared : Shared(total.Key), total);
        }
    }

    /// <summary>The sums of a period by label; null: of the periods that <paramref name="nowMicros"/> lies in, each leg's own.</summary>
    public RollupView Of(string? period, long nowMicros)
    {
        var found = views.FindIndex(view => view.Answers(period, nowMicros));
        if (found >= 0)
            return views[found];
        var made = period is null ? Current(nowMicros) : new RollupView(period, 0, 0, 0);
        foreach (var child in children.Values)
            made.Take(child.Totals, 1);
        if (period is null)
            views.RemoveAll(view => view.Period is null);
        if (views.Count == ViewsMax)
            views.RemoveAt(0);
        views.Add(made);
        return made;
    }

    /// <summary>Sums are made anew from the children at the next question.</summary>
    public void ForgetSums() => views.Clear();

    /// <summary>The state as bytes: a cache, which is never needed to be right.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var writer = new PackedWriter(64 + (children.Count * 96));
        writer.Byte(Format);
        writer.Int64(AsOfMicros);
        var numbers = new Dictionary<SharedKey, int>(keys.Count);
        writer.Count(keys.Count);
        foreach (var (key, shared) in keys)
        {
            numbers.Add(shared, numbers.Count);
            foreach (var text in (ReadOnlySpan<string>)[key.Agreement, key.Plan, key.Charge, key.Meter, key.Period])
                writer.String(text);
            writer.Int64(key.StartMicros);
            writer.Int64(key.EndMicros);
        }

        writer.Count(children.Count);
        foreach (var (id, child) in children)
        {
            writer.String(id);
            writer.Varint((ulong)child.Version);
            writer.Count(child.Totals.Length);
            foreach (var total in child.Totals)
            {
                writer.Count(numbers[total.Shared]);
                writer.Varint((ulong)total.Count);
                writer.Decimal(total.Quantity);
                writer.Decimal(total.Amount);
            }
        }

        return writer.Written;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null: another format. Throws <see cref="PackedFormatException"/> on damage.</summary>
    public static UsageRollup? Read(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        if (reader.Byte() != Format)
            return null;
        var asOf = reader.Int64();
        var keys = new RollupKey[Bounded(reader.Count(), packed)];
        for (var index = 0; index < keys.Length; index++)
            keys[index] = new RollupKey(reader.String(), reader.String(), reader.String(), reader.String(), reader.String(), reader.Int64(), reader.Int64());
        var rollup = new UsageRollup { AsOfMicros = asOf };
        for (var left = reader.Count(); left > 0; left--)
        {
            var (id, version) = (reader.String(), reader.Int63());
            var totals = new RollupTotal[Bounded(reader.Count(), packed)];
            for (var index = 0; index < totals.Length; index++)
            {
                var number = reader.Count();
                var key = number < keys.Length ? keys[number] : throw new PackedFormatException($"key {number} is not defined");
                totals[index] = new RollupTotal(key, reader.Int63(), reader.Decimal(), reader.Decimal());
            }

            rollup.Replace(id, version, totals);
        }

        return reader.AtEnd ? rollup : throw new PackedFormatException("something follows a rollup");
    }

    private static int Bounded(int count, ReadOnlySpan<byte> packed) =>
        count <= packed.Length ? count : throw new PackedFormatException("a rollup is shorter than it says");

    // Valid until a period that is known ends, or one that is known begins.
    private RollupView Current(long nowMicros)
    {
        var (from, until) = (long.MinValue, long.MaxValue);
        foreach (var key in keys.Keys)
        {
            foreach (var bound in (ReadOnlySpan<long>)[key.StartMicros, key.EndMicros])
            {
                if (bound <= nowMicros) from = Math.Max(from, bound);
                else until = Math.Min(until, bound);
            }
        }

        return new RollupView(null, nowMicros, from, until);
    }

    private SharedKey Shared(in RollupKey key)
    {
        if (keys.TryGetValue(key, out var shared))
            return shared;
        keys.Add(key, shared = new SharedKey(key));
        // A period that was not known bounds the time for which "current" means the same.
        foreach (var view in views)
            view.Bound(key);
        return shared;
    }

    private sealed class Child
    {
        public long Version { get; set; }
        public long Events { get; set; }
        public KeptTotal[] Totals { get; set; } = [];
    }
}
