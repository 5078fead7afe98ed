// Wakes whoever has due work: the list of due work in the store decides, this timer only looks.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Backfills;
using OrleansBilling.ClientApi.Parties;
using OrleansBilling.ClientApi.Deliveries;
using OrleansBilling.ClientApi.PriceCorrections;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Dunning;
using OrleansBilling.GrainInterfaces.Parties;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Usage;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Silo;

/// <summary>One at a time in a process; several processes may look at the same list, since every step can be repeated.</summary>
public sealed partial class DueWorker(IClosingStore closing, IGrainFactory grains, BackfillReverting backfills, PriceCorrecting prices, ParkedReports reports,
    PartyEnding parties, BillingClock clock, ILogger<DueWorker> log) : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim turn = new(1, 1);
    // What failed, and when it was tried last. Guarded by the turn.
    private readonly Dictionary<DueWork, long> failing = [];
    private long tries;

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
        failing.Clear();
        await Look(int.MaxValue, ran, cancel);
        return [.. failing.Keys];
    }

    /// <summary>
    /// Does what is due: first all that has not failed before, then what has, longest untried first, until some of it has failed again. So rows that
    /// fail for ever, each perhaps by a time-out, hold up neither what is new nor each other. Call it paused.
    /// </summary>
    public async Task Look(int failuresMax, ISet<string> ran, CancellationToken cancel)
    {
        var (began, stillDue) = (tries, new HashSet<DueWork>());
        for (var done = true; done;)
        {
            done = false;
            await foreach (var work in AllDue(cancel))
            {
                if (failing.ContainsKey(work))
                    stillDue.Add(work);
                else
                    done |= await Try(work, ran, cancel);
            }
        }

        var (again, failures) = (failing.Where(one => one.Value <= began).OrderBy(one => one.Value).Select(one => one.Key).ToList(), 0);
        foreach (var work in again)
        {
            if (!stillDue.Contains(work))
                failing.Remove(work);
            else if (failures < failuresMax && !await Try(work, ran, cancel))
                failures++;
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
                await Look(Limits.DueFailuresMax, new HashSet<string>(), stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                NotLooked(log, fault);
            }
        }
    }

    // Page by page behind the last row, so that no number of rows that stay keeps later ones out.
    private async IAsyncEnumerable<DueWork> AllDue([EnumeratorCancellation] CancellationToken cancel)
    {
        DueWork? after = null;
        while (await closing.Due(clock.Now, after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var work in page)
                yield return work;
            after = page[^1];
        }
    }

    private async Task<bool> Try(DueWork work, ISet<string> ran, CancellationToken cancel)
    {
        var done = await Run(work, ran, cancel);
        tries++;
        if (done)
            failing.Remove(work);
        else
            failing[work] = tries;
        return done;
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
            return Finish(grains.GetGrain<ISubscriptionDuties>(subscription), work, cancel);
        if (Identifiers.AccountOf(work.Grain) is { } account)
            return work.Kind == AccountDueKinds.Adopt ? grains.GetGrain<IAccountGrain>(account).Adopt(cancel)
                : grains.GetGrain<IAccountGrain>(account).Work(cancel);
        if (Identifiers.MoveOf(work.Grain) is var (kind, party))
        {
            IMovedParty moved = kind == DefinitionKinds.Partner ? grains.GetGrain<IPartnerGrain>(party) : grains.GetGrain<ICustomerGrain>(party);
            return moved.CompleteMove(cancel);
        }

        if (Identifiers.BackfillOf(work.Grain) is { } backfill)
            return backfills.GoOn(backfill, cancel);
        if (Identifiers.AccountOfDunning(work.Grain) is { } dunned)
            return grains.GetGrain<IDunningGrain>(dunned).Work(cancel);
        if (Identifiers.PartyOfState(work.Grain) is { } stated)
            return work.Kind == PartyDueKinds.End ? parties.GoOn(stated, cancel) : grains.GetGrain<IPartyStateGrain>(stated).Work(cancel);
        if (Identifiers.PriceCorrectionOf(work.Grain) is { } correction)
            return prices.GoOn(correction, cancel);
        if (Identifiers.SubscriptionOfPrepayments(work.Grain) is { } buying)
            return grains.GetGrain<IPrepaymentGrain>(buying).GoOn(cancel);
        if (work.Grain == Identifiers.ParkedReports)
            return reports.Work(cancel);
        Nobody(log, work.Grain, work.Kind);
        return Task.FromResult(true);
    }

    private static async Task<bool> Finish(ISubscriptionDuties subscription, DueWork work, CancellationToken cancel)
    {
        if (work.Kind == FeeDesk.Kind || work.Kind.StartsWith(FeeDesk.Waiting, StringComparison.Ordinal))
            return await subscription.Fees(cancel);
        if (!work.Kind.StartsWith(NoReports.Kind, StringComparison.Ordinal))
            return await subscription.Work(cancel);
        int? refunded;
        do
            refunded = await subscription.NoReports(Micros.Of(work.At), cancel);
        while (refunded > 0);
        return refunded == 0;
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
