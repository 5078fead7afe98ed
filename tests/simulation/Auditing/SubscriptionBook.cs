// A subscription's stream walked fact by fact: at no point more is spent and held than was received.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>One child's totals of one wallet.</summary>
public sealed class PurseBook(string wallet, bool countsUnits)
{
    public string Wallet => wallet;
    public bool CountsUnits => countsUnits;
    public List<decimal> Slices { get; } = [];
    public decimal Returned { get; set; }
    public decimal Spent { get; set; }
    public decimal Refunded { get; set; }
    public decimal Most { get; set; }
    public decimal MostHeld { get; set; }
    public decimal Held { get; set; }
    public decimal Forced { get; set; }
    public decimal Left => Slices.Sum() + Forced - Returned - Spent - Held;
}

/// <summary>One package as the journal has it.</summary>
public sealed class PackageBook(PackageGranted granted)
{
    public PackageGranted Granted => granted;
    public decimal Used { get; set; }
    public decimal Held { get; set; }
    public bool Fits => Used >= 0 && Held >= 0 && Used + Held <= granted.Quantity;
}

/// <summary>One hold as the journal has it.</summary>
public sealed class HoldBook(HoldPlaced placed)
{
    public HoldPlaced Placed => placed;
    public HoldEnded? Ended { get; set; }
}

public sealed partial class SubscriptionBook(string id, LegFacts[] legs, Findings findings)
{
    private readonly Dictionary<int, CellOpened> cells = [];
    private readonly HashSet<string> captures = [];

    public List<PurseBook> Purses { get; } = [];
    public List<PackageBook> Packages { get; } = [];
    public Dictionary<string, HoldBook> Holds { get; } = [];
    public Dictionary<(string Source, string Id), List<EventCounted>> Events { get; } = [];

    /// <summary>By agreement and label of the period.</summary>
    public Dictionary<(string Agreement, string Period), (long Count, decimal Quantity, decimal Amount)> Totals { get; } = [];

    /// <summary>
    /// The most that it had of a wallet at one time, holds included. Beyond a daily limit a slice is what one event needs; when another wallet refuses
    /// that event, others may use it. What holds keep is ignored by the limit.
    /// </summary>
    public decimal MostOf(string wallet) => Purses.Find(purse => purse.Wallet == wallet)?.Most ?? 0;

    /// <summary>The most that its holds kept of a wallet at one time.</summary>
    public decimal MostHeldOf(string wallet) => Purses.Find(purse => purse.Wallet == wallet)?.MostHeld ?? 0;

    public void Apply(StoredFact fact, string at)
    {
        switch (fact)
        {
            case CellOpened cell: findings.Require(cells.TryAdd(cell.Number, cell), Kind.Bytes, () => $"{at} opens cell {cell.Number} again."); break;
            case EventCounted counted: Count(counted, at); break;
            case SliceReceived slice: Receive(slice, at); break;
            case SliceReturned back: With(back.Purse, at, purse => purse.Returned += back.Amount); break;
            case SliceForced taken: Force(taken, at); break;
            case FeePaid fee: Pay(fee, at); break;
            case PackageGranted granted: Grant(granted, at); break;
            case HoldPlaced placed: Place(placed, at); break;
            case HoldEnded ended: End(ended, at); break;
            default: findings.Add(Kind.Bytes, $"{at} has {fact.GetType().Name} in a subscription."); break;
        }

        foreach (var purse in Purses.Where(purse => purse.Left < 0))
            findings.Add(Kind.OverSpend, $"{at}: {id} has {purse.Left} left of {purse.Wallet}.");
        foreach (var package in Packages.Where(package => !package.Fits))
            findings.Add(Kind.OverSpend, $"{at}: {id} uses {package.Used} and holds {package.Held} of package {package.Granted.Id}, which has {package.Granted.Quantity}.");
    }

    /// <summary>After the last fact.</summary>
    public void Close()
    {
        foreach (var (hold, book) in Holds)
        {
            var captured = book.Ended?.How is 2 or 5;
            findings.Require(captured == captures.Contains(hold), Kind.Hold,
                () => $"{id}: hold {hold} {(captured ? "is captured, but its event was not counted" : "was counted, but is not captured")}.");
        }

        NothingStandsOfReverted();
        FeesArePaidOnce();
        findings.Require(forced is null, Kind.OverSpend, () => $"{id} has taken {forced} by force, and nothing has followed.");
    }

    private void Count(EventCounted counted, string at)
    {
        var key = (counted.Event.Source, counted.Event.Id);
        if (!Events.TryGetValue(key, out var known))
            Events[key] = known = [];
        known.Add(counted);
        findings.Require(known.Count == 1, Kind.Twice, () => $"{at} counts {key} again.");
        if (counted.Corrects is { } correction)
        {
            Correct(counted, correction, at);
            return;
        }

        if (counted.Reverts is { } backfill)
        {
            Revert(counted, backfill, at);
            return;
        }

        Fill(counted, at);
        if (key.Source == "urn:billing:hold")
            Captured(counted, at);
        standing[key] = [.. counted.Legs.Select(Plain)];
        Charge(counted.Event, counted.Legs, at);
    }

    // Every leg is paid for in full, by packages, by its price, or by both.
    private void Charge(SentEvent what, IReadOnlyList<StoredLeg> parts, string at)
    {
        var key = (what.Source, what.Id);
        var charged = ByLeg(parts);
        findings.Require(charged.Count == legs.Length, Kind.Price, () => $"{at}: {key} has {charged.Count} legs.");
        for (var leg = 0; leg < Math.Min(legs.Length, charged.Count); leg++)
        {
            var added = charged[leg].Where(IsAdded).ToList();
            AddTo(what, legs[leg], added, at);
            var priced = charged[leg].Where(part => part.Grant == 0 && !IsAdded(part)).ToList();
            var covered = charged[leg].Where(part => part.Grant != 0).ToList();
            foreach (var part in covered)
                Cover(what, legs[leg], part, at);
            findings.Require(priced.Count <= 1 && priced.Count + covered.Count > 0, Kind.Price, () => $"{at}: {key} is priced {priced.Count} times on one leg.");
            foreach (var part in priced)
                Charge(what with { Quantity = what.Quantity - covered.Sum(one => one.Quantity) }, legs[leg], part, at);
            findings.Require(priced.Count > 0 || covered.Sum(part => part.Quantity) == what.Quantity, Kind.Price, () => $"{at}: packages cover {key} in part, and nothing pays for the rest.");
        }
    }

    private static List<List<StoredLeg>> ByLeg(IReadOnlyList<StoredLeg> parts)
    {
        var legs = new List<List<StoredLeg>>();
        foreach (var part in parts)
        {
            if (part.IsFurther && legs.Count > 0)
                legs[^1].Add(part);
            else
                legs.Add([part]);
        }

        return legs;
    }

    private void Grant(PackageGranted granted, string at)
    {
        findings.Require(granted.Number == Packages.Count + 1 && Packages.TrueForAll(package => package.Granted.Id != granted.Id), Kind.Twice, () => $"{at} grants {granted.Id} as number {granted.Number}.");
        Packages.Add(new PackageBook(granted));
        if (granted.Priced is not { } cell)
            return;
        cells.TryAdd(cell.Number, cell);
        Add(cell, 0, 0, granted.Price);
        findings.Require(cell.Agreement == granted.Agreement, Kind.Price, () => $"{at}: the price of {granted.Id} is charged to {cell.Agreement}.");
        if (cell.Purse > 0)
            With(cell.Purse, at, purse => purse.Spent += granted.Price);
    }

    // In the place of a purse, the largest number: packages pay.
    private void Cover(SentEvent what, LegFacts leg, StoredLeg part, string at)
    {
        var cell = cells.GetValueOrDefault(part.Cell);
        var package = part.Grant <= Packages.Count ? Packages[part.Grant - 1] : null;
        var fits = cell?.Purse == int.MaxValue && cell.Agreement == leg.Agreement && part.Amount == 0;
        findings.Require(fits && (package?.Granted.Agreement, package?.Granted.Meter) == (leg.Agreement, what.Meter), Kind.Price, () => $"{at}: {what.Id} is covered by {package?.Granted} in {cell}.");
        if (package is not null)
            package.Used += part.Quantity;
        if (cell is not null)
            Add(cell, part.IsFurther ? 0 : 1, part.Quantity, 0);
    }

    private void Charge(SentEvent what, LegFacts leg, StoredLeg charged, string at)
    {
        if (!cells.TryGetValue(charged.Cell, out var cell))
        {
            findings.Add(Kind.Bytes, $"{at} names cell {charged.Cell}, which was not opened.");
            return;
        }

        var price = leg.Prices.GetValueOrDefault(what.Country);
        findings.Require(cell.Agreement == leg.Agreement && cell.Meter == what.Meter && charged.Quantity == what.Quantity && charged.Amount == price * what.Quantity && price > 0, Kind.Price,
            () => $"{at}: {what.Id}, {what.Quantity} at {price} ({leg.Agreement}), is charged with {charged.Amount} ({cell.Agreement}).");
        Add(cell, charged.IsFurther ? 0 : 1, charged.Quantity, charged.Amount);
        var payer = cell.Purse == 0 ? null : cell.Purse <= Purses.Count ? Purses[cell.Purse - 1] : null;
        // A hold that packages covered may be captured late before the wallet was ever drawn from: then it is invoiced.
        var invoiced = payer is null && what.Source == "urn:billing:hold" && Packages.Exists(package => package.Granted.Agreement == leg.Agreement);
        findings.Require(payer?.Wallet == leg.Wallet || invoiced, Kind.Price, () => $"{at}: {what.Id} is paid by {payer?.Wallet ?? "nobody"}, not by {leg.Wallet ?? "nobody"}.");
        if (payer is null)
            return;
        var paid = payer.CountsUnits ? charged.Quantity : charged.Amount;
        payer.Spent += paid;
        payer.Refunded += Math.Max(0, -paid);
    }

    private void Add(CellOpened cell, int events, decimal units, decimal money)
    {
        var (count, quantity, amount) = Totals.GetValueOrDefault((cell.Agreement, cell.Period));
        Totals[(cell.Agreement, cell.Period)] = (count + events, quantity + units, amount + money);
    }

    private void Captured(EventCounted counted, string at)
    {
        var hold = Holds.GetValueOrDefault(counted.Event.Id);
        findings.Require(captures.Add(counted.Event.Id), Kind.Twice, () => $"{at} counts hold {counted.Event.Id} again.");
        findings.Require(hold?.Ended is { How: 2 or 5 } ended && ended.Quantity == counted.Event.Quantity, Kind.Hold, () => $"{at} counts hold {counted.Event.Id}, which is not captured so.");
    }

    private void Receive(SliceReceived slice, string at)
    {
        var purse = Purses.Find(known => known.Wallet == slice.Wallet);
        if (purse is null)
            Purses.Add(purse = new PurseBook(slice.Wallet, slice.CountsUnits));
        purse.Slices.Add(slice.Amount);
        purse.Most = Math.Max(purse.Most, purse.Left + purse.Held);
        findings.Require(slice.Number == purse.Slices.Count && slice.Amount > 0, Kind.Slices, () => $"{at} receives slice {slice.Number} of {slice.Wallet} as the {purse.Slices.Count}th.");
    }

    private void Place(HoldPlaced placed, string at)
    {
        findings.Require(Holds.TryAdd(placed.Id, new HoldBook(placed)), Kind.Twice, () => $"{at} places hold {placed.Id} again.");
        foreach (var part in placed.Parts)
            Hold(part, 1, at);
    }

    private void End(HoldEnded ended, string at)
    {
        if (!Holds.TryGetValue(ended.Id, out var hold))
        {
            findings.Add(Kind.Hold, $"{at} ends hold {ended.Id}, which was not placed.");
            return;
        }

        var before = hold.Ended?.How ?? 1;
        findings.Require((before, ended.How) is (1, 2) or (1, 3) or (1, 4) or (4, 5), Kind.Hold, () => $"{at}: hold {ended.Id} goes from {before} to {ended.How}.");
        findings.Require(ended.How != 4 || ended.Recorded >= hold.Placed.Expires, Kind.Hold, () => $"{at}: hold {ended.Id} expires too early.");
        findings.Require(ended.How != 2 || ended.Recorded < hold.Placed.Expires, Kind.Hold, () => $"{at}: hold {ended.Id} is captured after its end.");
        findings.Require(ended.How == 5 || ended.Forced.Count == 0, Kind.OverSpend, () => $"{at}: hold {ended.Id} forces money though it is not late.");
        if (before == 1)
        {
            foreach (var part in hold.Placed.Parts)
                Hold(part, -1, at);
        }

        foreach (var part in ended.Forced)
            With(part.Purse, at, purse => purse.Forced += part.Amount);
        hold.Ended = ended;
    }

    private void Hold((int Purse, decimal Amount, int Grant) part, int sign, string at)
    {
        if (part.Grant == 0)
            With(part.Purse, at, purse => (purse.Held, purse.MostHeld) = (purse.Held + (sign * part.Amount), Math.Max(purse.MostHeld, purse.Held + (sign * part.Amount))));
        else if (part.Grant <= Packages.Count)
            Packages[part.Grant - 1].Held += sign * part.Amount;
        else
            findings.Add(Kind.Bytes, $"{at} names package {part.Grant}, which was not granted.");
    }

    private void With(int purse, string at, Action<PurseBook> change)
    {
        if (purse < 1 || purse > Purses.Count)
            findings.Add(Kind.Bytes, $"{at} names purse {purse}, which was not opened.");
        else
            change(Purses[purse - 1]);
    }
}
