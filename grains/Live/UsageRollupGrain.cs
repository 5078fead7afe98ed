// Live usage of one party: takes reports, answers readers, compares itself with the journal.
using OrleansBilling.Billing;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.Grains.Live;

/// <summary>Its state is a cache of what the subscriptions below it know (<see cref="RollupKeeper"/>).</summary>
[GrainType("usage-rollup")]
public sealed class UsageRollupGrain(RollupServices services) : Grain, IUsageRollupGrain
{
    private RollupKeeper keeper = null!;
    private IGrainTimer? timer;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        keeper = new RollupKeeper(this.GetPrimaryKeyString(), services);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => keeper.Keep(cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> Report(LiveTotals[] children, CancellationToken cancel)
    {
        if (!await Open(cancel))
            return false;
        keeper.Take(children);
        return true;
    }

    /// <inheritdoc/>
    public async Task<RollupAnswer> Read(string? period, CancellationToken cancel) =>
        await Open(cancel) ? await keeper.Read(period) : new RollupAnswer { Known = false };

    // Parties with few subscriptions have no timer, and idle away.
    private async Task<bool> Open(CancellationToken cancel)
    {
        if (!await keeper.Open(cancel))
            return false;
        timer ??= this.RegisterGrainTimer(keeper.Tick, new GrainTimerCreationOptions(TimeSpan.Zero, Limits.RollupTick) { Interleave = true });
        return true;
    }
}
