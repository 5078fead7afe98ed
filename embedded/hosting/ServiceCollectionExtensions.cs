// How a host takes the engine in: one line with the assemblies its grain classes are in.
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace OrleansBilling.Embedded;

public static class ServiceCollectionExtensions
{
    public static IServiceCollection AddEmbeddedEngine(
        this IServiceCollection services, Action<EmbeddedEngineOptions>? configure, params Assembly[] grainAssemblies)
    {
        var options = new EmbeddedEngineOptions();
        configure?.Invoke(options);
        services.AddSingleton(provider => new EmbeddedEngine(provider, options, grainAssemblies));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EmbeddedEngine>());
        return services.AddEnginePorts(options);
    }

    // Everything but the engine itself, which a simulation makes on its own.
    internal static IServiceCollection AddEnginePorts(this IServiceCollection services, EmbeddedEngineOptions options)
    {
        services.AddLogging();
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<EmbeddedEngine>());
        services.AddSingleton<IClusterClient>(provider => provider.GetRequiredService<EmbeddedEngine>());
        services.TryAddSingleton<IGrainStateStore, InMemoryGrainStateStore>();
        services.TryAddSingleton<IReminderStore, InMemoryReminderStore>();
        services.TryAddKeyedSingleton(TimeProviderNames.Grains, options.Clock ?? TimeProvider.System);
        return services;
    }
}
