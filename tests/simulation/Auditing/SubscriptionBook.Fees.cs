// Fees in a subscription's stream that its wallet has paid in advance: each day once and in full, or not at all.
namespace OrleansBilling.Simulation.Tests.Auditing;

public sealed partial class SubscriptionBook
{
    private readonly Dictionary<(string Charge, long Day), decimal> fees = [];

    private void Pay(FeePaid fee, string at)
    {
        var leg = Array.Find(legs, leg => leg.Agreement == fee.Agreement && leg.Fee > 0);
        // Helsinki; all of this is in summer time.
        var today = (fee.Recorded + 10_800_000_000) / 86_400_000_000;
        findings.Require(leg is not null && fee.From == fee.To && fee.From <= today, Kind.Price, () => $"{at} pays {fee} on day {today}, which {leg} does not owe.");
        var paid = fees[(fee.Charge, fee.From)] = fees.GetValueOrDefault((fee.Charge, fee.From)) + fee.Amount;
        findings.Require(paid == 0 || paid == leg?.Fee, Kind.Price, () => $"{at}: {paid} of {leg?.Fee} are paid for day {fee.From}.");
        With(fee.Purse, at, purse =>
        {
            findings.Require(purse.Wallet == leg?.Wallet && !purse.CountsUnits, Kind.Price, () => $"{at}: {fee} is paid by {purse.Wallet}.");
            purse.Spent += fee.Amount;
            purse.Refunded += Math.Max(0, -fee.Amount);
        });
    }

    private void FeesArePaidOnce() => findings.Require(fees.Values.All(paid => paid >= 0), Kind.Price, () => $"{id} has fees below nothing.");
}
