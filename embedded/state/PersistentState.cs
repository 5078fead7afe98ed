// One declared state of one activation, loaded before OnActivateAsync; and how a constructor's [PersistentState] parameters are met.
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Storage;

namespace OrleansBilling.Embedded;

internal sealed class PersistentState<T>(Activation activation, PersistentStateAttribute declared) : IPersistentState<T>
{
    readonly IGrainStateStore store = StoreFor(activation.Class.Engine.ServiceProvider, declared.StorageName);
    bool read;

    public T State { get; set; } = Activator.CreateInstance<T>();

    public string? Etag { get; private set; }

    public bool RecordExists
    {
        get => read ? field : throw new InvalidOperationException("State has not yet been loaded");
        private set;
    }

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) => Guarded(async () =>
    {
        var stored = await store.ReadAsync<T>(activation.Class.Name, activation.Key, declared.StateName, cancellationToken);
        State = stored is null ? Activator.CreateInstance<T>() : stored.Value;
        Etag = stored?.Etag;
        RecordExists = stored is not null;
        read = true;
    });

    public Task WriteStateAsync(CancellationToken cancellationToken) => Guarded(async () =>
    {
        Etag = await store.WriteAsync(activation.Class.Name, activation.Key, declared.StateName, State, Etag, cancellationToken);
        RecordExists = true;
    });

    public Task ClearStateAsync(CancellationToken cancellationToken) => Guarded(async () =>
    {
        await store.ClearAsync(activation.Class.Name, activation.Key, declared.StateName, Etag, cancellationToken);
        State = Activator.CreateInstance<T>();
        Etag = null;
        RecordExists = false;
    });

    async Task Guarded(Func<Task> access)
    {
        try
        {
            await access();
        }
        catch (InconsistentStateException stale)
        {
            stale.StaleActivation = activation;
            throw;
        }
        catch (Exception error) when (error is not OrleansException)
        {
            throw new OrleansException($"State '{declared.StateName}' of {activation}: {error.Message}", error);
        }
    }

    static IGrainStateStore StoreFor(IServiceProvider services, string? storageName)
        => (storageName is null ? null : services.GetKeyedService<IGrainStateStore>(storageName)) ?? services.GetRequiredService<IGrainStateStore>();
}

internal sealed class FacetFactory(ParameterInfo parameter, PersistentStateAttribute declared)
{
    readonly Type state = typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments());

    internal Type ParameterType => parameter.ParameterType;

    internal IStorage Create(Activation activation)
    {
        var made = (IStorage)Activator.CreateInstance(state, activation, declared)!;
        (activation.Extras.Facets ??= []).Add(made);
        return made;
    }

    internal static FacetFactory[] For(Type grain)
        => [.. grain.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Select(parameter => (parameter, declared: parameter.GetCustomAttribute<PersistentStateAttribute>()))
            .Where(pair => pair.declared is not null)
            .Select(pair => new FacetFactory(pair.parameter, pair.declared!))];
}
