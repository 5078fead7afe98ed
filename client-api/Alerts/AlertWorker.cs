// Looks at usage alerts in rounds, in the background.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Alerts;

/// <summary>A round looks at a bounded number of alerts, and what takes long is done the less often.</summary>
public sealed partial class AlertWorker(AlertEvaluator evaluator, IUsageAlertStore alerts, TimeProvider time, ILogger<AlertWorker> log) : BackgroundService
{
    /// <summary>Looks at all alerts now: before and after a sandbox clock moves.</summary>
    public async Task EvaluateAll(CancellationToken cancel)
    {
        string? after = null;
        do
            after = await Round(after, exactly: true, cancel);
        while (after is not null);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? after = null;
        while (true)
        {
            var began = time.GetTimestamp();
            try
            {
                after = await Round(after, exactly: false, stoppingToken);
            }
            catch (Exception fault) when (fault is StorageException or TimeoutException)
            {
                NotLooked(log, fault);
            }

            var pause = time.GetElapsedTime(began) * Limits.AlertPause;
            await Task.Delay(pause > Limits.AlertMin ? pause : Limits.AlertMin, time, stoppingToken);
        }
    }

    // The place to go on from; null: that was the last one.
    private async Task<string?> Round(string? after, bool exactly, CancellationToken cancel)
    {
        var rows = await alerts.List(null, after, Limits.AlertRoundMax, cancel);
        foreach (var some in rows.Chunk(Limits.AlertFanOut))
            await Task.WhenAll(some.Select(row => Evaluate(row, exactly, cancel)));
        return rows.Count < Limits.AlertRoundMax ? null : rows[^1].Id;
    }

    // One that cannot be looked at now holds up nobody else.
    private async Task Evaluate(UsageAlertRow row, bool exactly, CancellationToken cancel)
    {
        try
        {
            await evaluator.Evaluate(row, exactly, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            NotEvaluated(log, fault, row.Id);
        }
    }

    [LoggerMessage(1401, LogLevel.Warning, "Usage alerts could not be read: the next round looks again")]
    private static partial void NotLooked(ILogger log, Exception fault);

    [LoggerMessage(1402, LogLevel.Warning, "Usage alert {Alert} could not be looked at: the next round looks again")]
    private static partial void NotEvaluated(ILogger log, Exception fault, string alert);
}
