// The values that usage is told apart by: one per dimension that was asked for.
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>Values in the order of the dimensions; null: the event has none. Equal when all values are.</summary>
public sealed class UsageGroup(string?[] values) : IEquatable<UsageGroup>, IComparable<UsageGroup>
{
    private readonly string?[] values = values;

    /// <summary>The group of everything when no dimension was asked for, and of what has no dimensions at all.</summary>
    public static UsageGroup None(int dimensions) => new(new string?[dimensions]);

    /// <summary>By dimension.</summary>
    public IReadOnlyList<string?> Values => values;

    /// <summary>The group of an event.</summary>
    public static UsageGroup Of(scoped in UsageRecord record, byte[][] dimensions)
    {
        var values = new string?[dimensions.Length];
        for (var index = 0; index < values.Length; index++)
            values[index] = record.TryGetDimension(dimensions[index], out var value) ? Encoding.UTF8.GetString(value) : null;
        return new UsageGroup(values);
    }

    /// <inheritdoc/>
    public bool Equals(UsageGroup? other) => other is not null && values.AsSpan().SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UsageGroup);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in values)
            hash.Add(value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(UsageGroup? other)
    {
        for (var index = 0; other is not null && index < values.Length; index++)
        {
            if (string.CompareOrdinal(values[index], other.values[index]) is not 0 and var order)
                return order;
        }

        return other is null ? 1 : 0;
    }
}
