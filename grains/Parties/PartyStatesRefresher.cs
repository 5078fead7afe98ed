// Sees what other processes have changed in the states of parties within half a second.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains.Parties;

/// <summary>Polls the order of changes. A failed poll is tried again; while the store is away nothing is accepted either.</summary>
public sealed partial class PartyStatesRefresher(PartyStates states, ILogger<PartyStatesRefresher> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Limits.PartyStatePoll);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await states.Refresh(stoppingToken);
            }
            catch (Exception fault) when (fault is StorageException or TimeoutException)
            {
                NotRefreshed(log, fault);
            }
        }
    }

    [LoggerMessage(1701, LogLevel.Warning, "Changes of the states of parties could not be read: those of other processes may not be seen yet")]
    private static partial void NotRefreshed(ILogger log, Exception fault);
}
