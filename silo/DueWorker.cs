// Wakes whoever has due work: the list of due work in the store decides, this timer only looks.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.ClientApi.Backfills;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Silo;

/// <summary>One at a time in a process; several processes may look at the same list, since every step can be repeated.</summary>
public sealed partial class DueWorker(IClosingStore closing, IGrainFactory grains, BackfillReverting backfills, BillingClock clock, ILogger<DueWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Keeps the timer out until the answer is disposed.</summary>
    public async Task<IDisposable> Pause(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        return new Turn(turn);
    }

    /// <summary>Does everything that is due now, also what becomes due by it. One failure stops nobody else. Call it paused.</summary>
    /// <returns>What failed and stays due.</returns>
    /// <param name="ran">Takes the runs that were worked on.</param>
    /// <param name="cancel">Ends it between two steps.</param>
    public async Task<IReadOnlyList<DueWork>> RunDue(ISet<string> ran, CancellationToken cancel)
    {
        var failed = new Dictionary<string, DueWork>();
        while (true)
        {
            var due = (await closing.Due(clock.Now, 200, cancel)).Where(work => !failed.ContainsKey(work.Grain)).ToList();
            if (due.Count == 0)
                return [.. failed.Values];
            foreach (var work in due)
            {
                if (!await Run(work, ran, cancel))
                    failed.TryAdd(work.Grain, work);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            using var alone = await Pause(stoppingToken);
            try
            {
                await RunDue(new HashSet<string>(), stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                NotLooked(log, fault);
            }
        }
    }

    private async Task<bool> Run(DueWork work, ISet<string> ran, CancellationToken cancel)
    {
        try
        {
            if (Identifiers.CalendarOf(work.Grain) is not { } calendar)
                return await Finish(work, cancel);
            var coordinator = grains.GetGrain<ICycleCoordinatorGrain>(calendar);
            while (await coordinator.Work(cancel) is { AtRest: false } answer)
            {
                ran.Add(answer.Run);
                cancel.ThrowIfCancellationRequested();
            }

            return true;
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            Failed(log, fault, work.Grain, work.Kind);
            return false;
        }
    }

    // A row goes when nothing is left to do; one that was written meanwhile stands at another instant.
    private async Task<bool> Finish(DueWork work, CancellationToken cancel)
    {
        if (!await IsDone(work, cancel))
            return false;
        await closing.ClearDue(work, cancel);
        return true;
    }

    private Task<bool> IsDone(DueWork work, CancellationToken cancel)
    {
        if (Identifiers.WalletOfChild(work.Grain) is { } wallet)
            return grains.GetGrain<IWalletDuties>(wallet).Work(cancel);
        if (Identifiers.MaybeSubscription(work.Grain) is { } subscription)
            return grains.GetGrain<ISubscriptionDuties>(subscription).Work(cancel);
        if (Identifiers.BackfillOf(work.Grain) is { } backfill)
            return backfills.GoOn(backfill, cancel);
        Nobody(log, work.Grain, work.Kind);
        return Task.FromResult(true);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    [LoggerMessage(1301, LogLevel.Error, "Due work of {Grain} ({Kind}) failed; it stays due")]
    private static partial void Failed(ILogger log, Exception fault, string grain, string kind);

    [LoggerMessage(1302, LogLevel.Error, "Due work names {Grain} ({Kind}), which is nobody: dropped")]
    private static partial void Nobody(ILogger log, string grain, string kind);

    [LoggerMessage(1303, LogLevel.Warning, "The list of due work could not be read")]
    private static partial void NotLooked(ILogger log, Exception fault);
}
