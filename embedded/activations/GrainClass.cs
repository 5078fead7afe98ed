// One grain class: how its grains are built, and the directory of those in memory.
using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace OrleansBilling.Embedded;

internal sealed class GrainClass
{
    readonly ConcurrentDictionary<string, Activation> directory = new(StringComparer.Ordinal);
    readonly ObjectFactory factory;
    readonly FacetFactory[] facets;

    internal GrainClass(EmbeddedEngine engine, Type type)
    {
        Engine = engine;
        Type = type;
        Name = type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? type.FullName!;
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        facets = FacetFactory.For(type);
        factory = ActivatorUtilities.CreateFactory(type, [.. facets.Select(facet => facet.ParameterType)]);
    }

    internal EmbeddedEngine Engine { get; }

    internal Type Type { get; }

    internal string Name { get; }

    internal bool IsReentrant { get; }

    internal int Count => directory.Count;

    // In order of keys where runs must be repeatable: the order of a dictionary differs from process to process.
    internal IEnumerable<Activation> Activations => Engine.Pump is null
        ? directory.Select(pair => pair.Value)
        : directory.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);

    internal Activation Locate(string key)
    {
        if (directory.TryGetValue(key, out var known)) return known;
        return directory.GetOrAdd(key, static (key, self) => new Activation(self, key), this);
    }

    internal Activation? Find(string key) => directory.GetValueOrDefault(key);

    // Only in a simulation: a second activation takes the place in the directory while the first still runs.
    internal Activation Supplant(string key) => directory[key] = new Activation(this, key);

    internal void Forget(Activation activation) => directory.TryRemove(new(activation.Key, activation));

    internal Grain Create(Activation activation)
    {
        if (facets.Length == 0) return (Grain)factory(Engine.ServiceProvider, []);
        var made = Array.ConvertAll(facets, facet => (object?)facet.Create(activation));
        return (Grain)factory(Engine.ServiceProvider, made);
    }
}
