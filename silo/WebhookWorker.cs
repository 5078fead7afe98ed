// Sends webhooks what they are to be told, several receivers at a time: a slow one holds up nobody else.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Notifications;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.Silo;

/// <summary>
/// Every process looks: what one has claimed, another leaves alone. Not due work, since that is done one by one and nobody may wait for a receiver.
/// </summary>
public sealed partial class WebhookWorker(IWebhookStore store, WebhookDelivering delivering, BillingClock clock, ILogger<WebhookWorker> log) : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    // Who is being sent to, and who is not to be looked at before an instant. Touched by the loop alone.
    private readonly Dictionary<string, Task<Instant?>> running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instant> later = new(StringComparer.Ordinal);
    private string? after;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Collect();
                await Look(stoppingToken);
            }
            catch (Exception fault) when (fault is StorageException or TimeoutException)
            {
                NotLooked(log, fault);
            }
        }
    }

    // Page by page and round again, so that many that wait keep nobody out.
    private async Task Look(CancellationToken cancel)
    {
        if (running.Count >= Limits.WebhooksAtOnce)
            return;
        var page = await store.Pending(after, PageSize, cancel);
        after = page.Count < PageSize ? null : page[^1];
        foreach (var webhook in page)
        {
            if (running.Count >= Limits.WebhooksAtOnce)
            {
                after = null;
                return;
            }

            if (!running.ContainsKey(webhook) && !(later.TryGetValue(webhook, out var at) && at > clock.Now))
                running[webhook] = delivering.GoOn(webhook, cancel);
        }
    }

    private async Task Collect()
    {
        foreach (var (webhook, sending) in running.Where(one => one.Value.IsCompleted).ToList())
        {
            running.Remove(webhook);
            later.Remove(webhook);
            try
            {
                if (await sending is { } at) later[webhook] = at;
            }
            catch (Exception fault) when (fault is StorageException or TimeoutException)
            {
                NotSent(log, fault, webhook);
            }
        }
    }

    [LoggerMessage(1305, LogLevel.Warning, "Webhooks could not be looked at; they will be again")]
    private static partial void NotLooked(ILogger log, Exception fault);

    [LoggerMessage(1306, LogLevel.Warning, "Webhook {Webhook} could not be sent to; it will be tried again")]
    private static partial void NotSent(ILogger log, Exception fault, string webhook);
}
