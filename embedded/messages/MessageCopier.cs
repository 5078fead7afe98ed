// Copies messages the way a serializer would, so that in tests nobody shares mutable state by accident, and refuses what Orleans would refuse.
using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace OrleansBilling.Embedded;

public sealed class MessageCopier
{
    static readonly Func<object, object> ShallowCopy =
        typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    // How one value of a type is copied; null: it is passed as it is.
    delegate object CopyPlan(object original, Dictionary<object, object> seen);

    readonly ConcurrentDictionary<Type, CopyPlan?> plans = new();

    public T Copy<T>(T original)
    {
        if (original is null || PlanFor(original.GetType()) is not { } plan) return original;
        return (T)plan(original, new(ReferenceEqualityComparer.Instance));
    }

    object? CopyAny(object? original, Dictionary<object, object> seen)
    {
        if (original is null || PlanFor(original.GetType()) is not { } plan) return original;
        // One object stays one object, however often a message mentions it.
        return seen.TryGetValue(original, out var copy) ? copy : plan(original, seen);
    }

    CopyPlan? PlanFor(Type type) => plans.TryGetValue(type, out var known) ? known : plans.GetOrAdd(type, MakePlan);

    CopyPlan? MakePlan(Type type)
    {
        if (ImmutableTypes.Has(type)) return null;
        if (type.IsArray) return CopyArray;
        if (type == typeof(ReadOnlyMemory<byte>)) return static (bytes, _) => (ReadOnlyMemory<byte>)((ReadOnlyMemory<byte>)bytes).ToArray();
        if (type == typeof(Memory<byte>)) return static (bytes, _) => ((Memory<byte>)bytes).ToArray().AsMemory();
        if (typeof(IDictionary).IsAssignableFrom(type) && IsCollection(type)) return CopyDictionary;
        if (typeof(IList).IsAssignableFrom(type) && IsCollection(type) && type.GetConstructor([]) is not null) return CopyList;
        if (IsGeneric(type, typeof(HashSet<>), typeof(SortedSet<>), typeof(Queue<>), typeof(Stack<>))) return CopyByItems(type);
        if (IsContract(type)) return CopyMembers(type);
        throw new NotSupportedException($"{type} cannot be sent: it has no [GenerateSerializer], and Orleans would find no codec for it.");
    }

    static bool IsCollection(Type type) => type.Namespace == "System.Collections.Generic";

    static bool IsGeneric(Type type, params Type[] definitions) => type.IsGenericType && definitions.Contains(type.GetGenericTypeDefinition());

    static bool IsContract(Type type)
        => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)
            || type.IsAssignableTo(typeof(ITuple))
            || IsGeneric(type, typeof(KeyValuePair<,>))
            // What a collection expression makes of an IReadOnlyList<T> or IEnumerable<T>.
            || (type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.IsAssignableTo(typeof(IList)));

    object CopyArray(object original, Dictionary<object, object> seen)
    {
        var copy = (Array)((Array)original).Clone();
        seen.Add(original, copy);
        if (ImmutableTypes.Has(copy.GetType().GetElementType()!)) return copy;
        if (copy.Rank > 1) throw new NotSupportedException($"{original.GetType()}: arrays of references have one dimension.");
        for (var i = 0; i < copy.Length; i++) copy.SetValue(CopyAny(copy.GetValue(i), seen), i);
        return copy;
    }

    object CopyList(object original, Dictionary<object, object> seen)
    {
        var copy = (IList)Activator.CreateInstance(original.GetType())!;
        seen.Add(original, copy);
        foreach (var item in (IList)original) copy.Add(CopyAny(item, seen));
        return copy;
    }

    object CopyDictionary(object original, Dictionary<object, object> seen)
    {
        var comparer = original.GetType().GetProperty("Comparer")?.GetValue(original);
        var copy = (IDictionary)(comparer is null
            ? Activator.CreateInstance(original.GetType())!
            : Activator.CreateInstance(original.GetType(), comparer)!);
        seen.Add(original, copy);
        foreach (DictionaryEntry entry in (IDictionary)original) copy.Add(CopyAny(entry.Key, seen)!, CopyAny(entry.Value, seen));
        return copy;
    }

    CopyPlan CopyByItems(Type type)
    {
        var item = type.GetGenericArguments()[0];
        return (original, seen) =>
        {
            var items = ((IEnumerable)original).Cast<object?>().Select(one => CopyAny(one, seen)).ToArray();
            if (IsGeneric(type, typeof(Stack<>))) Array.Reverse(items);
            var typed = Array.CreateInstance(item, items.Length);
            items.CopyTo(typed, 0);
            var comparer = type.GetProperty("Comparer")?.GetValue(original);
            return seen[original] = Activator.CreateInstance(type, comparer is null ? [typed] : [typed, comparer])!;
        };
    }

    CopyPlan CopyMembers(Type type)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
            fields.AddRange(level.GetFields(own).Where(field => !ImmutableTypes.Has(field.FieldType) && !field.IsDefined(typeof(ImmutableAttribute))));
        return (original, seen) =>
        {
            var copy = ShallowCopy(original);
            if (!type.IsValueType) seen.Add(original, copy);
            foreach (var field in fields) field.SetValue(copy, CopyAny(field.GetValue(original), seen));
            return copy;
        };
    }
}
