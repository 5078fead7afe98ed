// Which grain classes and generated proxies there are, and which class stands behind an interface.
using System.Collections.Concurrent;
using System.Reflection;

namespace OrleansBilling.Embedded;

// Written by the generator, one per grain interface.
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class GrainProxyAttribute<TInterface, TProxy> : GrainProxyAttribute where TProxy : GrainProxy, new()
{
    internal override Type Interface => typeof(TInterface);

    internal override GrainProxy Create(GrainClass type, string key)
    {
        var proxy = new TProxy();
        proxy.Bind(type, key);
        return proxy;
    }
}

public abstract class GrainProxyAttribute : Attribute
{
    private protected GrainProxyAttribute()
    {
    }

    internal abstract Type Interface { get; }

    internal abstract GrainProxy Create(GrainClass type, string key);
}

internal sealed class Catalogue
{
    readonly Dictionary<Type, GrainClass> byType = [];
    readonly ConcurrentDictionary<Type, GrainProxyAttribute> proxies = new();
    readonly ConcurrentDictionary<Type, GrainClass> primary = new();

    internal Catalogue(EmbeddedEngine engine, IEnumerable<Assembly> assemblies)
    {
        var types = assemblies.Distinct().SelectMany(assembly => assembly.GetTypes());
        foreach (var type in types.Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(Grain))))
            byType[type] = new GrainClass(engine, type);
        var twice = byType.Values.GroupBy(type => type.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new InvalidOperationException($"Grain type '{twice.Key}' is claimed by {string.Join(" and ", twice.Select(type => type.Type))}.");
    }

    internal IEnumerable<GrainClass> Classes => byType.Values.OrderBy(type => type.Name, StringComparer.Ordinal);

    internal GrainClass? Named(string name) => byType.Values.FirstOrDefault(type => type.Name == name);

    internal GrainProxyAttribute ProxyOf(Type grainInterface)
        => proxies.TryGetValue(grainInterface, out var known) ? known : proxies.GetOrAdd(grainInterface, FindProxy);

    internal GrainClass ClassBehind(Type grainInterface)
        => primary.TryGetValue(grainInterface, out var known) ? known : primary.GetOrAdd(grainInterface, type => ClassBehind(type, ""));

    internal GrainClass ClassBehind(Type grainInterface, string classNamePrefix)
    {
        var candidates = byType.Values
            .Where(type => type.Type.IsAssignableTo(grainInterface) && type.Type.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal))
            .ToList();
        return candidates.Count switch
        {
            1 => candidates[0],
            0 => throw new ArgumentException($"No grain class implements {grainInterface}."),
            _ => throw new ArgumentException(
                $"{grainInterface} is ambiguous: {string.Join(", ", candidates.Select(type => type.Name))}. Ask for a more special interface."),
        };
    }

    static GrainProxyAttribute FindProxy(Type grainInterface)
        => grainInterface.Assembly.GetCustomAttributes<GrainProxyAttribute>().FirstOrDefault(proxy => proxy.Interface == grainInterface)
            ?? throw new ArgumentException($"{grainInterface} has no generated proxy: its project needs <Grains> so that the generator runs.");
}
