// What a wallet's children have really spent and reserved, asked from all of them.
using OrleansBilling.Billing;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>
/// Slices that are not spent count as available, holds do not. A child that cannot be asked stands as it said last. Goes down as deep as wallets lie
/// inside one another.
/// </summary>
public sealed class ExactBalance(IGrainFactory grains)
{
    /// <summary>The balance of a wallet, exact; null: there is none.</summary>
    public async Task<WalletBalance?> Of(string wallet, CancellationToken cancel)
    {
        var told = await grains.GetGrain<IWalletGrain>(wallet).Balance(true, cancel);
        if (!told.Exists)
            return null;
        var (spent, held, forced) = (0m, 0m, 0m);
        foreach (var some in told.Children.Chunk(Limits.UsageFanOut))
        {
            foreach (var (before, now) in some.Zip(await Task.WhenAll(some.Select(child => Ask(wallet, child, cancel)))))
            {
                spent += now.Spent - before.Spent;
                held += now.Held;
                forced += now.Forced - before.Forced;
            }
        }

        var posted = told.Posted - spent;
        return told with
        {
            Posted = posted, Spent = told.Spent + spent, Held = held, Forced = told.Forced + forced, Available = posted + told.CreditLimit - held,
            Daily = told.Daily is { } daily ? daily with { Spent = Math.Max(0, daily.Spent + spent) } : null,
            Children = [],
        };
    }

    private async Task<SliceReport> Ask(string wallet, SliceReport told, CancellationToken cancel)
    {
        // What was spent below an inner wallet is spent here too; what it keeps for itself is not.
        if (Identifiers.WalletOfChild(told.Child) is { } inner)
            return await Of(inner, cancel) is { } exact ? told with { Spent = exact.Spent, Held = exact.Held } : told;
        try
        {
            var slices = await grains.GetGrain<ISubscriptionGrain>(Identifiers.SubscriptionOfChild(told.Child)).Slices(cancel);
            return slices.FirstOrDefault(slice => slice.Wallet == wallet) ?? told;
        }
        catch (SubscriptionUnavailableException)
        {
            return told;
        }
    }
}
