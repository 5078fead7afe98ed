// How code gets and turns references to grains: the factory, the cluster client, and the extensions on references.
using OrleansBilling.Embedded;

namespace Orleans;

public interface IGrainFactory
{
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);
}

public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}

public static class GrainExtensions
{
    public static string GetPrimaryKeyString(this IAddressable grain) => AddressOf(grain).Key;

    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => (TGrainInterface)AsReference(grain, typeof(TGrainInterface));

    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    public static object AsReference(this IAddressable grain, Type interfaceType)
    {
        if (grain is GrainProxy && interfaceType.IsInstanceOfType(grain)) return grain;
        var (type, key) = AddressOf(grain);
        return type.Engine.Catalogue.ProxyOf(interfaceType).Create(type, key);
    }

    static (GrainClass Class, string Key) AddressOf(IAddressable grain) => grain switch
    {
        Grain inside => (inside.Activation.Class, inside.Activation.Key),
        GrainProxy outside => (outside.Class, outside.Key),
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain)),
    };
}
