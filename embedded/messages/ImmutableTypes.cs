// Which types a message may share between sender and receiver because nobody can change them.
using System.Collections.Frozen;
using System.Numerics;

namespace OrleansBilling.Embedded;

internal static class ImmutableTypes
{
    static readonly FrozenSet<Type> Known = FrozenSet.Create(
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Guid), typeof(Uri), typeof(Version), typeof(BigInteger), typeof(Int128), typeof(UInt128), typeof(Half), typeof(CancellationToken),
    ]);

    internal static bool Has(Type type)
        => type.IsPrimitive || type.IsEnum || Known.Contains(type)
            || type.IsDefined(typeof(ImmutableAttribute), inherit: false)
            // References to grains, and time as values.
            || type.IsAssignableTo(typeof(IAddressable)) || type.Namespace is "NodaTime"
            // The runtime's own immutable collections: their items are looked at by the contract test, not here.
            || type.Namespace is "System.Collections.Immutable" or "System.Collections.Frozen"
            || type.IsAssignableTo(typeof(Exception)) || type.IsAssignableTo(typeof(Type))
            || (Nullable.GetUnderlyingType(type) is { } value && Has(value));
}
