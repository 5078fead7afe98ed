// Delivery reports that came before the event of their message: they wait, are tried again when it arrives, and are orphans in the end.
using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Deliveries;

namespace OrleansBilling.ClientApi.Deliveries;

/// <summary>
/// A process knows which subscriptions have some, at most a second late; events of others cost nothing. What no process notices is tried again by due work
/// every six hours, which also ends what has waited its days (domain 4.3).
/// </summary>
public sealed partial class ParkedReports(IParkedReportStore store, IDueWorkStore due, IGrainFactory grains, BillingClock clock, ILogger<ParkedReports> log)
{
    private const string DueKind = "retry/";
    private const int PageSize = 256;
    private static readonly long RetryMicros = Limits.ReportRetry.BclCompatibleTicks / 10;
    private volatile FrozenSet<string> waiting = FrozenSet<string>.Empty;
    private long dueAt;

    /// <summary>Parks a report; null: too many of the subscription wait. A known id answers what stands.</summary>
    public async Task<ParkedReport?> Park(DeliveryReportBody body, CancellationToken cancel)
    {
        await Stand(cancel);
        var row = await store.Park(new ParkedReport(body.Subscription, body.Id, body.MessageId!, Definitions.Write(body), clock.Now, null),
            Limits.ReportsParkedMax, cancel);
        if (row is { OrphanedAt: null } && !waiting.Contains(body.Subscription))
            waiting = waiting.Append(body.Subscription).ToFrozenSet(StringComparer.Ordinal);
        return row;
    }

    /// <summary>Whether reports may wait for events of a subscription.</summary>
    public bool MayWait(string subscription) => waiting.Contains(subscription);

    /// <summary>Events of a subscription were taken: reports of their messages are tried again. Never fails: what is left is tried again later.</summary>
    public async Task Arrived(string subscription, UsageBatch batch)
    {
        try
        {
            var messages = MessagesOf(batch);
            if (messages.Count == 0)
                return;
            foreach (var report in await store.Of(subscription, messages, CancellationToken.None))
                await TryApply(report, CancellationToken.None);
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException or OrleansException)
        {
            NotTried(log, fault, subscription);
        }
    }

    /// <summary>Looks which subscriptions have reports that wait.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        string? after = null;
        while (await store.Subscriptions(after, PageSize, cancel) is { Count: > 0 } page && found.Count < Limits.TreeCacheMax)
        {
            found.UnionWith(page);
            after = page[^1];
        }

        if (!waiting.SetEquals(found))
            waiting = found.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>What due work does: tries what waits once more, and ends what has waited long enough.</summary>
    public async Task<bool> Work(CancellationToken cancel)
    {
        var (now, left) = (clock.Now, false);
        (string, string)? after = null;
        while (await store.Waiting(now, after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var report in page)
            {
                if (await TryApply(report, cancel))
                    continue;
                if (report.ParkedAt + Duration.FromDays(Limits.ReportParkedDays) <= now)
                    await store.Orphaned(report.Subscription, report.Id, now, cancel);
                else
                    left = true;
            }

            after = (page[^1].Subscription, page[^1].Id);
        }

        if (left)
            await Stand(cancel);
        return true;
    }

    /// <summary>The report was applied otherwise.</summary>
    public Task Applied(string subscription, string id, CancellationToken cancel) => store.Applied(subscription, id, cancel);

    // False: its event has not come, or what it wants is refused for now.
    private async Task<bool> TryApply(ParkedReport report, CancellationToken cancel)
    {
        if (DeliveryReading.Read(Definitions.Stored<DeliveryReportBody>(report.Body)).Command is not { } command)
            return false;
        var grain = grains.GetGrain<ISubscriptionCorrections>(report.Subscription);
        var answer = await grain.Correct(command, cancel);
        if (answer.State == BatchState.Moved)
            answer = await grain.Correct(command, cancel);
        if (answer.State != BatchState.Decided || (CorrectionOutcome)answer.Outcome is not (CorrectionOutcome.Done or CorrectionOutcome.Unchanged))
            return false;
        await store.Applied(report.Subscription, report.Id, cancel);
        return true;
    }

    // One row for each six hours: none moves another, so what waits longest is not kept waiting by what came later.
    private async Task Stand(CancellationToken cancel)
    {
        var at = ((Micros.Of(clock.Now) / RetryMicros) + 1) * RetryMicros;
        if (Interlocked.Read(ref dueAt) == at)
            return;
        var instant = Micros.Instant(at);
        await due.SetDue(new DueWork(instant, Identifiers.ParkedReports, DueKind + instant), cancel);
        Interlocked.Exchange(ref dueAt, at);
    }

    private static List<string> MessagesOf(UsageBatch batch)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var reader = new PackedReader(batch.Records.Span);
        for (var left = batch.Count; left > 0; left--)
        {
            if (UsageRecord.Read(ref reader).TryGetDimension("message_id"u8, out var message))
                found.Add(Encoding.UTF8.GetString(message));
        }

        return [.. found];
    }

    [LoggerMessage(1441, LogLevel.Warning, "Parked delivery reports of subscription {Subscription} could not be tried: they are tried again")]
    private static partial void NotTried(ILogger log, Exception fault, string subscription);
}

/// <summary>Keeps a process's knowledge of who has reports that wait.</summary>
public sealed partial class ParkedReportPoll(ParkedReports reports, TimeProvider time, ILogger<ParkedReportPoll> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await reports.Refresh(stoppingToken);
            }
            catch (StorageException fault)
            {
                NotRead(log, fault);
            }

            await Task.Delay(Limits.ReportPoll, time, stoppingToken);
        }
    }

    [LoggerMessage(1442, LogLevel.Warning, "Who has delivery reports that wait could not be read: it is as it was known last")]
    private static partial void NotRead(ILogger log, Exception fault);
}
