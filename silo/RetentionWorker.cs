// Deletes what nothing asks for any more: parts of event ids past their retention, old answers of commands, and what webhooks were sent.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Journal;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.Silo;

/// <summary>Every process sweeps: what one has deleted, another does not find.</summary>
public sealed partial class RetentionWorker(IEventIdStore eventIds, IIdempotencyStore answers, IWebhookStore webhooks, BillingClock clock,
    ILogger<RetentionWorker> log) : BackgroundService
{
    /// <summary>Deletes everything that is past its retention now; answers how much.</summary>
    public async Task<(int Parts, int Answers)> Sweep(CancellationToken cancel)
    {
        var now = clock.Now;
        var parts = await eventIds.Purge((int)(now - Limits.IdRetention - NodaConstants.UnixEpoch).Days, cancel);
        var (old, some) = (0, 0);
        do
        {
            some = await answers.Purge(now - Limits.AnswerRetention, Limits.PurgeBatchMax, cancel);
            old += some;
        }
        while (some == Limits.PurgeBatchMax);
        while (await webhooks.Purge(now - Limits.AnswerRetention, Limits.PurgeBatchMax, cancel) == Limits.PurgeBatchMax)
            cancel.ThrowIfCancellationRequested();
        return (parts, old);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Limits.RetentionSweep);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (StorageException fault)
            {
                NotSwept(log, fault);
            }
        }
    }

    [LoggerMessage(1304, LogLevel.Warning, "What is past its retention could not be deleted; it will be tried again")]
    private static partial void NotSwept(ILogger log, Exception fault);
}
