// Corrections and delivery reports in a subscription's stream: they take back exactly what stands, and what they charge is right.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

public sealed partial class SubscriptionBook
{
    private readonly Dictionary<(string Source, string Id), List<StoredLeg>> standing = [];
    private readonly Dictionary<(string Source, string Id), List<EventCounted>> corrections = [];

    /// <summary>Whether anything was taken back: then figures may fall.</summary>
    public bool HasCorrections => corrections.Count > 0 || Backfills.Values.Any(backfill => backfill.IsReverted);

    private void Correct(EventCounted counted, StoredCorrection correction, string at)
    {
        var of = (correction.Source, correction.Id);
        if (!standing.TryGetValue(of, out var stands))
        {
            findings.Add(Kind.Unasked, $"{at} corrects {of}, which is not there.");
            return;
        }

        if (!corrections.TryGetValue(of, out var before))
            corrections[of] = before = [];
        var (back, anew) = (counted.Legs.Take(correction.Reversed).ToList(), counted.Legs.Skip(correction.Reversed).ToList());
        foreach (var leg in back)
        {
            var found = stands.Remove(Plain(leg with { Quantity = -leg.Quantity, Amount = -leg.Amount }));
            findings.Require(found, Kind.Price, () => $"{at} takes back {leg} of {of}, which does not stand so.");
            Count(leg);
        }

        var original = Events[of][0].Event;
        if (correction.Price is { } price)
            Reprice(of, price, back, anew, at);
        else if (correction.Delivery is { } state)
            Report(of, state, back, anew, before, at);
        else
        {
            findings.Require(stands.Count == 0 && back.Count > 0, Kind.Price, () => $"{at} leaves {stands.Count} legs of {of}, or takes none back.");
            findings.Require(correction.Quantity is null == (anew.Count == 0), Kind.Price, () => $"{at} makes {of} {correction.Quantity} with {anew.Count} legs.");
            if (correction.Quantity is { } quantity)
                Charge(original with { Quantity = quantity }, anew, at);
        }

        stands.AddRange(anew.Select(Plain));
        before.Add(counted);
    }

    // The retail leg is owed when the message is delivered; it is refunded once and charged again once.
    private void Report((string, string) of, string state, List<StoredLeg> back, List<StoredLeg> anew, List<EventCounted> before, string at)
    {
        var reported = before.Where(one => one.Corrects!.Delivery is not null).ToList();
        if (state == "DELIVRD")
        {
            var again = anew.Select(leg => Plain(leg with { Quantity = -leg.Quantity, Amount = -leg.Amount }));
            findings.Require(back.Count == 0 && reported.Count == 1 && reported[0].Legs.Select(Plain).SequenceEqual(again), Kind.Price,
                () => $"{at} charges {of} again with {string.Join(", ", anew)} after {string.Join(", ", reported)}.");
            foreach (var leg in anew)
                Count(leg);
        }
        else
            findings.Require(state == "UNDELIV" && anew.Count == 0 && back.Count > 0 && reported.Count == 0
                && back.TrueForAll(leg => cells.GetValueOrDefault(leg.Cell)?.Agreement == TreeAgreements.Deliver), Kind.Price, () => $"{at} refunds {of} as {state}: {string.Join(", ", back)}.");
    }

    // A leg as it was journaled before, or its reverse: nothing is priced anew.
    private void Count(StoredLeg leg)
    {
        if (!cells.TryGetValue(leg.Cell, out var cell))
            return;
        Add(cell, leg.IsFurther || IsAdded(leg) ? 0 : 1, IsAdded(leg) ? 0 : leg.Quantity, leg.Amount);
        if (leg.Grant > 0 && leg.Grant <= Packages.Count)
            Packages[leg.Grant - 1].Used += leg.Quantity;
        if (cell.Purse < 1 || cell.Purse > Purses.Count)
            return;
        var purse = Purses[cell.Purse - 1];
        var paid = purse.CountsUnits ? leg.Quantity : leg.Amount;
        purse.Spent += paid;
        purse.Refunded += Math.Max(0, -paid);
        purse.Most = Math.Max(purse.Most, purse.Left + purse.Held);
    }

    private static StoredLeg Plain(StoredLeg leg) => leg with { AmountAt = 0 };
}

/// <summary>What the tree's agreements say of delivery.</summary>
public static class TreeAgreements
{
    /// <summary>The one that is owed on delivery; the others are owed at once.</summary>
    public const string Deliver = "r-c1";
}
