// Prices in a subscription's stream that are not the plan's alone: what is added to them, and what was corrected afterwards.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

public sealed partial class SubscriptionBook
{
    private const string AddedPrefix = "surcharge/";
    private (int Purse, decimal Amount)? forced;

    // A part of an event in a total of its own.
    private bool IsAdded(StoredLeg part) => cells.TryGetValue(part.Cell, out var cell) && cell.Charge.StartsWith(AddedPrefix, StringComparison.Ordinal);

    // Of all units, whatever packages cover; it is money, and its units count nowhere.
    private void AddTo(SentEvent what, LegFacts leg, List<StoredLeg> added, string at)
    {
        var price = leg.Added.GetValueOrDefault(what.Country);
        var paid = price == 0 ? added.Count == 0 : added is [var only] && only.Quantity == what.Quantity && only.Amount == price * what.Quantity && only.Grant == 0;
        findings.Require(paid, Kind.Price, () => $"{at}: {what.Quantity} of {what.Id} with {price} added on {leg.Agreement} have {string.Join(", ", added)}.");
        foreach (var part in added)
        {
            var cell = cells[part.Cell];
            Add(cell, part.IsFurther ? 0 : 1, 0, part.Amount);
            var payer = cell.Purse >= 1 && cell.Purse <= Purses.Count ? Purses[cell.Purse - 1] : null;
            var (wallet, invoiced) = (leg.CountsUnits ? null : leg.Wallet, payer is null && Packages.Exists(package => package.Granted.Agreement == leg.Agreement));
            findings.Require(cell.Agreement == leg.Agreement && (payer?.Wallet == wallet || invoiced), Kind.Price,
                () => $"{at}: what is added to {what.Id} is paid by {payer?.Wallet ?? "nobody"}, not by {wallet ?? "nobody"}.");
            if (payer is not null)
                payer.Spent += part.Amount;
        }
    }

    // The units of one leg that no package paid for, at the price that was named; what is added to it stays, and so does who pays.
    private void Reprice((string, string) of, (string Agreement, decimal Unit) price, List<StoredLeg> back, List<StoredLeg> anew, string at)
    {
        if (back is not [var before] || anew is not [var after])
        {
            findings.Add(Kind.Price, $"{at} changes the price of {of} on {back.Count} legs to {anew.Count}.");
            return;
        }

        var right = after.Cell == before.Cell && after.Quantity == -before.Quantity && after.Amount == price.Unit * after.Quantity && after.Grant == 0 && !IsAdded(after)
            && cells.GetValueOrDefault(after.Cell)?.Agreement == price.Agreement;
        findings.Require(right, Kind.Price, () => $"{at} makes {before} of {of} {after} at {price}.");
        var dearer = after.Amount + before.Amount;
        findings.Require(forced is null || (forced.Value.Amount > 0 && forced.Value.Amount <= dearer), Kind.OverSpend, () => $"{at} forces {forced} for {dearer} more.");
        forced = null;
        Count(after);
    }

    // Only a price that goes up may pass what there is; the entry follows.
    private void Force(SliceForced taken, string at)
    {
        findings.Require(forced is null, Kind.OverSpend, () => $"{at} forces {taken.Amount}, and nothing has followed {forced}.");
        forced = (taken.Purse, taken.Amount);
        With(taken.Purse, at, purse => purse.Forced += taken.Amount);
    }
}
