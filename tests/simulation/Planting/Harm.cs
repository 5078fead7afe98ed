// Faults of every kind, as they would stand in the journal; each answers whether this run offers a place for it.
using OrleansBilling.Simulation.Tests.Auditing;

namespace OrleansBilling.Simulation.Tests.Planting;

internal static class Harm
{
    /// <summary>What is planted, and the kind of finding that it must lead to.</summary>
    public static readonly Dictionary<string, (Kind Kind, Func<Journal, bool> Plant)> All = new()
    {
        ["a wallet grants twice under one number"] = (Kind.Slices, journal => First(journal.All<SliceGranted>(), (place, _) => journal.Double(place))),
        ["a wallet hands out what it does not have"] = (Kind.OverSpend, journal => First(journal.All<SliceGranted>(), (place, fact) =>
            journal.Exchange(place, FrameBytes.Of(32, fact.Recorded, fact.Child, (int)fact.Number, 1_000_000m)))),
        ["a limit is passed"] = (Kind.OverSpend, LimitPassed),
        ["a wallet pays out what it does not have"] = (Kind.OverSpend, journal => First(journal.All<PaidOut>(), (place, fact) =>
            journal.Exchange(place, FrameBytes.Of(35, fact.Recorded, fact.Reference, fact.To, 1_000_000m, fact.Credited, "client")))),
        ["a child spends above its slice"] = (Kind.OverSpend, journal => First(journal.All<SliceReceived>(), (place, fact) =>
            journal.Exchange(place, FrameBytes.Of(3, fact.Recorded, (byte)1, fact.Wallet, (byte)(fact.CountsUnits ? 1 : 0), (int)fact.Number, 0.0001m)))),
        ["a child gives back more than it has"] = (Kind.OverSpend, journal => First(journal.All<SliceReturned>(), (place, _) => journal.Double(place))),
        ["a child receives a slice twice"] = (Kind.Slices, journal => First(journal.All<SliceReceived>(), (place, _) => journal.Double(place))),
        ["a slice never arrives"] = (Kind.Unrest, journal => First(journal.All<ParentReceived>().Reverse(), (place, _) => journal.Remove(place))),
        ["a return is lost"] = (Kind.Sums, journal => First(journal.All<ChildSettled>().Reverse(), (place, _) => journal.Remove(place))),
        ["a return counts twice"] = (Kind.Sums, journal => First(journal.All<ChildSettled>(fact => fact.Returned > 0).Reverse(), (place, fact) =>
            journal.Exchange(place, FrameBytes.Of(33, fact.Recorded, fact.Child, fact.Returned * 2, fact.Spent, fact.Held, fact.Forced)))),
        ["a child's spending is told wrong"] = (Kind.Sums, journal => First(journal.All<ChildSettled>(fact => fact.Spent > 0).Reverse(), (place, fact) =>
            journal.Exchange(place, FrameBytes.Of(33, fact.Recorded, fact.Child, fact.Returned, fact.Spent / 2, fact.Held, fact.Forced)))),
        ["an acknowledged event is dropped"] = (Kind.Lost, journal => First(journal.All<EventCounted>(), (place, _) => journal.Remove(place))),
        ["a duplicate is counted"] = (Kind.Twice, journal => First(journal.All<EventCounted>(), (place, _) => journal.Append(place, journal.Bytes(place)))),
        ["an amount is changed"] = (Kind.Price, journal => Dearer(journal, fact => fact.Corrects is null)),
        ["a hold is captured twice"] = (Kind.Hold, journal => First(journal.All<HoldEnded>(fact => fact.How == 2), (place, _) => journal.Double(place))),
        ["a hold is placed twice"] = (Kind.Twice, journal => First(journal.All<HoldPlaced>(), (place, _) => journal.Double(place))),
        ["a released hold is counted"] = (Kind.Hold, journal => First(journal.All<HoldEnded>(fact => fact.How == 2), (place, fact) =>
            journal.Exchange(place, FrameBytes.Of(4, fact.Recorded, (byte)2, fact.Id, (byte)3, 0m, 0m, 0)))),
        ["a package pays for more than it has"] = (Kind.OverSpend, journal => First(journal.All<PackageGranted>(fact => fact.Priced is null), (place, fact) => journal.Exchange(place,
            FrameBytes.Of(5, fact.Recorded, fact.Number, fact.Id, fact.Agreement, fact.Meter, 0.0001m, 0m, long.MinValue, long.MaxValue, 0L, (byte)0, 0L, (byte)0)))),
        ["a package is granted twice"] = (Kind.Twice, journal => First(journal.All<PackageGranted>(), (place, _) => journal.Double(place))),
        ["a package is lost"] = (Kind.Lost, journal => First(journal.All<PackageGranted>(), (place, _) => journal.Remove(place))),
        ["a correction is made twice"] = (Kind.Twice, journal => First(journal.All<EventCounted>(fact => fact.Corrects is not null), (place, _) => journal.Append(place, journal.Bytes(place)))),
        ["a correction is lost"] = (Kind.Lost, journal => First(journal.All<EventCounted>(fact => fact.Corrects is not null), (place, _) => journal.Remove(place))),
        ["a correction takes back what was not charged"] = (Kind.Price, journal => Dearer(journal, fact => fact.Corrects is { Reversed: > 0 })),
        ["what is added to a price is changed"] = (Kind.Price, journal => Dearer(journal, fact => fact.Corrects is null && fact.Reverts is null && fact.Legs.Count > 1)),
        ["a corrected price is made twice"] = (Kind.Twice, journal => First(Repriced(journal), (place, _) => journal.Append(place, journal.Bytes(place)))),
        ["a corrected price is lost"] = (Kind.Lost, journal => First(Repriced(journal).Reverse(), (place, _) => journal.Remove(place))),
        ["a corrected price is not the one that was named"] = (Kind.Price, journal => Dearer(journal, fact => fact.Corrects is { Price: not null })),
        ["money is taken by force for nothing"] = (Kind.OverSpend, journal => First(journal.All<SliceReturned>(), (place, fact) =>
            journal.Exchange(place, [3, 2, .. FrameBytes.Of(3, fact.Recorded, (byte)3, fact.Purse, 1m).Skip(2), .. FrameBytes.Of(3, fact.Recorded, (byte)2, fact.Purse, fact.Amount + 1m)]))),
        ["a fee is paid twice"] = (Kind.Price, journal => First(journal.All<FeePaid>(), (place, _) => journal.Double(place))),
        ["a fee that was paid is lost"] = (Kind.Sums, journal => First(journal.All<FeePaid>(), (place, _) => journal.Remove(place))),
        ["a revert is made twice"] = (Kind.Twice, journal => First(journal.All<EventCounted>(fact => fact.Reverts is not null), (place, _) => journal.Append(place, journal.Bytes(place)))),
        ["a revert is lost"] = (Kind.Lost, journal => First(journal.All<EventCounted>(fact => fact.Reverts is not null), (place, _) => journal.Remove(place))),
        ["a revert leaves something"] = (Kind.Revert, journal => Dearer(journal, fact => fact.Reverts is not null)),
        ["an event is backfilled twice"] = (Kind.Twice, journal => First(Backfilled(journal), (place, _) => journal.Append(place, journal.Bytes(place)))),
        ["an event counts after its backfill was reverted"] = (Kind.Revert, journal => First(Backfilled(journal).Where(one =>
            journal.All<EventCounted>(fact => fact.Reverts == SubscriptionBook.BackfillOf(one.Fact.Event.Source)).Any(revert => journal.OwnerOf(revert.Place) == journal.OwnerOf(one.Place))),
            (place, _) =>
            {
                journal.Append(place, journal.Bytes(place));
                journal.Remove(place);
            })),
        ["a top-up is credited twice"] = (Kind.Twice, journal => First(journal.All<CreditAdded>(), (place, _) => journal.Double(place))),
        ["a top-up is lost"] = (Kind.Lost, journal => First(journal.All<CreditAdded>(fact => fact.From.Length == 0), (place, _) => journal.Remove(place))),
        ["a payment is lost on the way"] = (Kind.Lost, journal => First(journal.All<CreditAdded>(fact => fact.From.Length > 0), (place, _) => journal.Remove(place))),
        ["a payment arrives that nobody made"] = (Kind.Unasked, journal => First(journal.All<CreditAdded>(), (place, fact) =>
            journal.Append(place, FrameBytes.Of(34, fact.Recorded, "wp", "from nowhere", 1m, (byte)0, "client")))),
        ["a credit expires twice"] = (Kind.Twice, journal => First(journal.All<CreditExpired>(), (place, _) => journal.Double(place))),
        ["a row is lost"] = (Kind.Bytes, journal => journal.Rows.Remove(journal.Rows[journal.Rows.Count / 2 - 1])),
        ["a bit is flipped"] = (Kind.Bytes, journal => (journal.Rows[3].Payload[^1] ^= 4) >= 0),
    };

    private static bool First<T>(IEnumerable<(Place Place, T Fact)> places, Action<Place, T> plant) where T : StoredFact
    {
        foreach (var (place, fact) in places)
        {
            plant(place, fact);
            return true;
        }

        return false;
    }

    private static IEnumerable<(Place Place, EventCounted Fact)> Repriced(Journal journal) => journal.All<EventCounted>(fact => fact.Corrects is { Price: not null });

    private static IEnumerable<(Place Place, EventCounted Fact)> Backfilled(Journal journal) =>
        journal.All<EventCounted>(fact => SubscriptionBook.BackfillOf(fact.Event.Source) is not null);

    // All limits of all wallets were nothing: somebody has lived on one.
    private static bool LimitPassed(Journal journal)
    {
        var any = false;
        while (First(journal.All<LimitsSet>(fact => fact.Limit > 0 || fact.Temporary is not null), (place, fact) =>
            journal.Exchange(place, FrameBytes.Of(37, fact.Recorded, 0m, (byte)0, 0))))
            any = true;
        return any;
    }

    private static bool Dearer(Journal journal, Func<EventCounted, bool> which) => First(journal.All<EventCounted>(fact => fact.Legs.Count > 0 && which(fact)), (place, fact) =>
    {
        var payload = journal.Rows[place.Row].Payload;
        // The coefficient's first byte: a varint goes on while the highest bit is set, so that bit stays.
        payload[fact.Legs[0].AmountAt + 1] ^= 1;
        journal.Rows[place.Row].Sealed();
    });
}
