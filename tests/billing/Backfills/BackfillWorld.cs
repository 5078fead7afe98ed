// Backfills in the prepaid world: events of a backfill packed as the API packs them, reverts, and what stands.
using System.Text;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;

namespace OrleansBilling.BillingTests.Backfills;

internal static class BackfillWorld
{
    public const long Day = 86_400;

    /// <summary>Sends an event of a backfill that was opened at the start of the story; <paramref name="time"/> in seconds of the story.</summary>
    public static UsageDecision Fill(this PrepaidWorld world, string backfill, string id, decimal quantity, long time, long opened = 0)
    {
        var source = Encoding.UTF8.GetString(BackfillName.Prefix(backfill, world.NowMicros - ((world.Now - opened) * 1_000_000))) + "/a";
        return world.SendFrom(source, id, quantity, time);
    }

    public static BackfillRevert Revert(this PrepaidWorld world, string backfill)
    {
        var revert = BackfillDecider.Revert(world.State, backfill, "mistake", world.NowMicros);
        world.Keep(revert.Frame);
        return revert;
    }

    /// <summary>Totals by identity and payer, purses and packages: all that a revert must put back.</summary>
    public static string[] Standing(this SubscriptionState state) =>
    [
        .. state.Purses.Select(purse => $"{purse.Wallet} {purse.Spent:0.####} of {purse.Available + purse.Spent:0.####}"),
        .. state.Grants.All.Select(grant => $"{grant.Request.Id} {grant.Used:0.####}"),
        .. state.Cells.ToArray().GroupBy(cell => (cell.Identity, cell.Purse)).Select(cells => (cells.Key.Identity, Amount: cells.Sum(cell => cell.Amount),
            Quantity: cells.Sum(cell => cell.Quantity), cells.Key.Purse)).Where(cell => (cell.Amount, cell.Quantity) != (0, 0))
            .Select(cell => $"{cell.Identity.Agreement} {cell.Identity.Period.Label} {cell.Purse} {cell.Quantity:0.####} {cell.Amount:0.####}")
            .Order(StringComparer.Ordinal),
    ];
}
