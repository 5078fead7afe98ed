// Sees the catalogue writes of other processes within half a second.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Polls the store's revision. A failed poll is tried again: the caches are then older than promised, and the log says so.</summary>
public sealed partial class CatalogueRefresher(Catalogue catalogue, ILogger<CatalogueRefresher> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await catalogue.Refresh(stoppingToken);
            }
            catch (Exception fault) when (fault is StorageException or TimeoutException)
            {
                NotRefreshed(log, fault);
            }
        }
    }

    [LoggerMessage(1201, LogLevel.Warning, "The catalogue's revision could not be read: prices written by other processes may not be seen yet")]
    private static partial void NotRefreshed(ILogger log, Exception fault);
}
