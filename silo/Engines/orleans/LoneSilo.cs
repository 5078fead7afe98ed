// A silo that has no cluster: nobody calls it but its own process, so it listens on no port of the engine.
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace OrleansBilling.Silo;

/// <summary>Two of them on one machine never meet, and nobody else on it can speak to their grains.</summary>
internal static class LoneSilo
{
    // A member needs an address; nobody ever connects to this one. Without a gateway's port there is no gateway.
    private const int NamedPort = 11111;
    private const int NoGateway = 0;

    public static void StandAlone(this ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(NamedPort, NoGateway);
        foreach (var socket in silo.Services.Where(one => one.IsKeyedService && one.ServiceType == typeof(IConnectionListenerFactory)).ToList())
        {
            silo.Services.Remove(socket);
            silo.Services.AddKeyedSingleton<IConnectionListenerFactory>(socket.ServiceKey, (_, _) => new DeafListeners());
        }
    }

    private sealed class DeafListeners : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new DeafListener(endpoint));
    }

    private sealed class DeafListener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(ended.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public ValueTask DisposeAsync()
        {
            ended.TrySetResult(null);
            return ValueTask.CompletedTask;
        }
    }
}
