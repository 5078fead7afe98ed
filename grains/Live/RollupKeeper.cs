// Keeps the sums of one party right: reports make them live, comparisons with the journal make them certain.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Live;

namespace OrleansBilling.Grains.Live;

/// <summary>What all rollups of a process share.</summary>
public sealed record RollupServices(IRollupStore Store, IDefinitionStore Definitions, IGrainFactory Grains, BillingClock Clock, ILogger<RollupKeeper> Log);

/// <summary>
/// Belongs to its grain's turns. A comparison notes the time, reads the heads of all journals below the party, and is done when every subscription is
/// known up to its head: then everything durable until that time is counted, whoever wrote it. Who stays behind is asked.
/// </summary>
public sealed partial class RollupKeeper(string party, RollupServices services)
{
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RollupAnswers answers = new();
    private readonly List<RollupTotal> totals = [];
    private UsageRollup? rollup;
    private RollupSweep? sweep;
    private long sizedAt;
    private long? sweptAt;
    private TimeSpan sweepCost;
    private long? readAt;
    private long? toldAt;
    private long keptAt = Stopwatch.GetTimestamp();
    private bool changed;
    private int? moves;
    private int movesTold;

    /// <summary>False: so few subscriptions that they are asked one by one.</summary>
    public async Task<bool> Open(CancellationToken cancel)
    {
        if (rollup is not null)
            return true;
        if (sizedAt != 0 && Stopwatch.GetElapsedTime(sizedAt) < Limits.RollupSizeFresh)
            return false;
        var children = await services.Store.CountChildren(party, Limits.FanOutSubscriptions + 1, cancel);
        sizedAt = Stopwatch.GetTimestamp();
        if (children <= Limits.FanOutSubscriptions)
            return false;
        var kept = await services.Store.Load(party, cancel);
        // Kept sums know of no move that is not counted now.
        movesTold = Math.Max(movesTold, await CountMoves(cancel));
        // Another call may have opened it meanwhile, and its reports must not be lost.
        rollup ??= (kept is { } state ? Unpacked(state) : null) ?? new UsageRollup();
        return true;
    }

    /// <summary>Takes reports.</summary>
    public void Take(LiveTotals[] children)
    {
        toldAt = Stopwatch.GetTimestamp();
        foreach (var child in children)
            Take(child);
    }

    /// <summary>The sums as they are known.</summary>
    public async Task<RollupAnswer> Read(string? period)
    {
        readAt = Stopwatch.GetTimestamp();
        var now = services.Clock.Now;
        if (rollup!.AsOfMicros == 0 || (period is not null && !RollupPeriods.Covers(period, now)))
            return new RollupAnswer { Known = false };
        if (!caughtUp.Task.IsCompleted)
            await CaughtUp();
        return answers.Of(rollup, period, Micros.Of(now)) with { Moves = movesTold };
    }

    /// <summary>Moves the comparison on, at most one slice; keeps the sums now and then.</summary>
    public async Task Tick(CancellationToken cancel)
    {
        try
        {
            if (sweep is null && IsDue)
                await Begin(cancel);
            if (sweep is { } current)
                await Settle(current, cancel);
            if (Stopwatch.GetElapsedTime(keptAt) > Limits.RollupKeep)
                await Keep(cancel);
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException or OrleansException)
        {
            NotCompared(services.Log, fault, party);
        }
    }

    /// <summary>Keeps the sums in the store, if they have changed.</summary>
    public async Task Keep(CancellationToken cancel)
    {
        keptAt = Stopwatch.GetTimestamp();
        if (!changed || rollup is null)
            return;
        changed = false;
        // Sums are made anew as often: should adding and taking away ever lose a digit, it is found again.
        rollup.ForgetSums();
        await services.Store.Save(party, rollup.Write(), cancel);
    }

    // After a start the kept sums may be old; what is answered then says how old.
    private async Task CaughtUp()
    {
        try
        {
            await caughtUp.Task.WaitAsync(Limits.RollupCatchUp);
        }
        catch (TimeoutException fault)
        {
            NotCaughtUp(services.Log, fault, party);
        }
    }

    private async Task<int> CountMoves(CancellationToken cancel) =>
        (await services.Definitions.Get(DefinitionKinds.Moves, Identifiers.AllMoves, cancel))?.Version ?? 0;

    private bool IsDue
    {
        get
        {
            var isRead = readAt is { } at && Stopwatch.GetElapsedTime(at) < Limits.RollupInterest;
            var pause = isRead ? Limits.SweepRead : Limits.SweepIdle;
            return sweptAt is not { } last || Stopwatch.GetElapsedTime(last) >= (pause > sweepCost * Limits.SweepPause ? pause : sweepCost * Limits.SweepPause);
        }
    }

    private async Task Begin(CancellationToken cancel)
    {
        var (asOf, began) = (Micros.Of(services.Clock.Now), Stopwatch.GetTimestamp());
        sweptAt = began;
        var counted = await CountMoves(cancel);
        var heads = await services.Store.Heads(party, cancel);
        // Somebody may have left since the first counting: readers are told of more moves rather than of too few.
        movesTold = Math.Max(movesTold, await CountMoves(cancel));
        // Who has left is nobody's to count here; reports that were under way may bring it back until the next comparison.
        if (counted != moves)
            changed |= rollup!.KeepOnly(heads.Select(child => child.Subscription));
        moves = counted;
        sweepCost = Stopwatch.GetElapsedTime(began);
        sweep = new RollupSweep(asOf, heads);
    }

    private async Task Settle(RollupSweep current, CancellationToken cancel)
    {
        var behind = current.Behind(rollup!);
        // Reports that are on their way arrive without being asked for, unless nobody tells this party anything.
        var isTold = toldAt is { } at && Stopwatch.GetElapsedTime(at) < Limits.ReportPatience;
        if (behind.Count > 0 && (!isTold || rollup!.AsOfMicros == 0 || current.Age > Limits.ReportPatience))
        {
            foreach (var total in await current.Ask(behind, services.Grains, cancel))
                Take(total);
            behind = current.Behind(rollup!);
        }

        if (behind.Count > 0)
            return;
        rollup!.AsOfMicros = Math.Max(rollup.AsOfMicros, current.AsOfMicros);
        sweep = null;
        caughtUp.TrySetResult();
    }

    private void Take(LiveTotals child)
    {
        RollupMessages.Totals(child.Rows, totals);
        changed |= child.Version > 0 && rollup!.Replace(child.Subscription, child.Version, CollectionsMarshal.AsSpan(totals));
    }

    private UsageRollup? Unpacked(ReadOnlyMemory<byte> state)
    {
        try
        {
            return UsageRollup.Read(state.Span);
        }
        catch (PackedFormatException fault)
        {
            NotRead(services.Log, fault, party);
            return null;
        }
    }

    [LoggerMessage(1311, LogLevel.Warning, "Usage of {Party} could not be compared with the journal: its as_of stands still until it can")]
    private static partial void NotCompared(ILogger log, Exception fault, string party);

    [LoggerMessage(1313, LogLevel.Debug, "Usage of {Party} is read before it was compared with the journal")]
    private static partial void NotCaughtUp(ILogger log, Exception fault, string party);

    [LoggerMessage(1312, LogLevel.Warning, "The kept sums of {Party} cannot be read: they are made again")]
    private static partial void NotRead(ILogger log, Exception fault, string party);
}
