// One subscription's stream, row by row: replayed as the product does, and added up a second time from its events.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Proving;

/// <summary>
/// Rows must come in order. What the state says is compared with sums that are made here from the events alone; a stream that cannot be replayed is
/// not looked at any further.
/// </summary>
/// <param name="id">The subscription.</param>
/// <param name="chargeOf">A charge by plan, version and id; null: nobody knows it.</param>
/// <param name="found">Where findings go.</param>
/// <param name="ids">For ids; one that is shared is cleared by its owner.</param>
public sealed class SubscriptionProof(string id, Func<string, int, string, Charge?> chargeOf, ProofFindings found, IdSet ids)
{
    private const int IdsKeptMax = 4096;
    private readonly string owner = $"subscription {id}";
    private readonly SubscriptionState state = new();
    private readonly CellBook book = new();
    private readonly Dictionary<int, (decimal Quantity, decimal Used)> grants = [];
    private readonly FeeProof fees = new($"subscription {id}", found);
    private readonly BackfillProof backfills = new();
    private readonly ReadingBook readings = new();
    private SealProof? seals;

    private CarriedProof Carried => field ??= new CarriedProof(owner, book, grants, chargeOf, found);

    /// <summary>Whether the stream was proved to its end.</summary>
    public bool Holds { get; private set; } = true;

    /// <summary>What its seals have fixed, in order.</summary>
    public IReadOnlyList<SealedFact> Sealed => seals?.Facts ?? [];

    /// <summary>What it holds of wallets.</summary>
    public IEnumerable<WalletLink> Links => state.Purses.Select(purse => new WalletLink(purse.Wallet, $"subscription/{id}", false, Holds ? purse.Slice : -1,
        purse.Received, 0, purse.Returned, purse.Spent, purse.Forced, purse.Refunded));

    /// <summary>One row. Its checksum and its place are proved already.</summary>
    public void Row(long version, ReadOnlySpan<byte> frames, ulong checksum)
    {
        found.Rows++;
        try
        {
            // The state first: it refuses what cannot be read, or what spends more than there is.
            var chain = state.Chain.ToArray();
            SubscriptionReplay.Apply(state, version, frames, checksum);
            Read(version, frames, chain);
        }
        catch (Exception fault) when (fault is PackedFormatException or OverflowException)
        {
            found.Add($"{owner}, row {version}", ProofRules.Replay, $"{fault.Message}; the rows behind it are not proved");
            Holds = false;
        }

        if (state.Ids.Count > IdsKeptMax)
            state.Ids.RemoveOldest(state.Ids.Count);
        state.Corrections.Forget(state.LastRecordedMicros - (Limits.IdRetention.BclCompatibleTicks / 10));
    }

    /// <summary>The ids of a row once more, in a further pass for another share of them.</summary>
    public void IdsOf(long version, ReadOnlySpan<byte> frames) => SubscriptionReplay.Visit(frames, new IdVisitor(this, version));

    /// <summary>A snapshot of the version that was applied last.</summary>
    public void Snapshot(long version, ReadOnlySpan<byte> packed)
    {
        try
        {
            if (SubscriptionSnapshot.Read(packed) is { } kept)
                new SnapshotProof($"{owner}, snapshot of row {version}", found).Compare(kept, book, state);
        }
        catch (PackedFormatException fault)
        {
            found.Add($"{owner}, snapshot of row {version}", ProofRules.Snapshot, fault.Message);
        }
    }

    /// <summary>The end of the stream: what purses have paid is what the events took from them.</summary>
    public void End()
    {
        if (!Holds)
            return;
        backfills.End(owner, found);
        foreach (var purse in state.Purses)
        {
            var spent = book.Cells.Where(cell => cell.Purse == purse.Number).Sum(cell => purse.CountsUnits ? cell.Quantity : cell.Amount)
                + fees.SpentOf(purse.Number);
            if (spent != purse.Spent || purse.Available < 0)
                found.Add($"{owner}, purse of wallet {purse.Wallet}", ProofRules.Wallet,
                    $"has spent {MoneyText.Exact(purse.Spent)} of {MoneyText.Exact(purse.Received - purse.Returned)}; events and fees come to {MoneyText.Exact(spent)}");
        }
    }

    // Frame by frame: a seal takes what stands before it, in its own row too.
    private void Read(long version, ReadOnlySpan<byte> frames, byte[] chain)
    {
        var reader = new PackedReader(frames);
        var visitor = new EventVisitor(this, version);
        while (!reader.AtEnd)
        {
            var from = reader.Position;
            var content = FrameHead.Read(ref reader, out var kind);
            if (kind == FrameKind.Usage)
                SubscriptionReplay.Visit(reader.Between(from, reader.Position), visitor);
            else if (kind == FrameKind.Seal && SealFrame.Read(content) is var seal)
            {
                (seals ??= new SealProof(owner, book, found)).Check(seal, version, chain);
                foreach (var units in seal.Carried)
                    Carried.Check(units, state, version);
                fees.Check(seal, version);
            }
            else if (kind == FrameKind.Grant)
                Granted(version, GrantFrame.Read(content));
            else if (kind == FrameKind.Pool)
            {
                foreach (var units in PoolFrame.Read(content, out _))
                    Carried.Check(units, state, version);
            }
            else if (kind == FrameKind.Fee)
                fees.Paid(Fees.FeeFrame.Read(content));
        }
    }

    private void Granted(long version, (Grant Grant, UsageCell Priced) granted)
    {
        var (grant, priced) = granted;
        grants[grant.Number] = (grant.Request.Quantity, 0);
        if (grant.Request.Price == 0)
            return;
        if (book.Find(priced.Number) is null)
            book.Define(priced.Number, priced.Purse, priced.Identity);
        book.Find(priced.Number)!.Add(new LegAmount(priced.Number, 1, grant.Request.Price), version);
    }

    private void Count(in UsageRecord record, ReadOnlySpan<LegAmount> legs, long version)
    {
        found.Events++;
        CountId(record, version);
        var taken = backfills.Count(record, legs, book);
        var correction = Correction.Is(record) ? Correction.RequestOf(record) : null;
        foreach (var leg in legs)
        {
            var cell = book.Find(leg.Cell)!;
            if (leg.Grant != 0)
                Cover(record, leg, version);
            // What a correction or revert takes back has the price it had, and what a delivery report charges again too.
            else if (correction?.Price is { } change)
                Repriced(record, change, leg, cell, version);
            else if (!taken && (correction is null || (correction.Delivery is null && leg is { Quantity: >= 0, Amount: >= 0 })))
                Price(record, leg, legs, cell, version);
            cell.Add(leg, version);
        }
    }

    // Whatever was charged for each, all together is what the readings come to.
    private void Read(in UsageRecord record, ReadOnlySpan<LegReading> read, long version)
    {
        foreach (var one in read)
            readings.Apply(book.Find(one.Cell)!.Identity, one);
        foreach (var one in read)
        {
            if (book.Find(one.Cell)!.Identity is var identity && (book.Used(identity), readings.Units(identity)) is var (counted, units) && counted != units)
                found.Add($"{owner}, row {version}", ProofRules.Price, $"event {Text(record.Id)} leaves {MoneyText.Exact(counted)} units of {identity.Charge}, "
                    + $"{identity.Period.Label}; what was read comes to {MoneyText.Exact(units)}");
        }
    }

    private void Cover(in UsageRecord record, LegAmount leg, long version)
    {
        var (quantity, used) = grants.GetValueOrDefault(leg.Grant);
        grants[leg.Grant] = (quantity, used += leg.Quantity);
        if (leg.Amount != 0 || used < 0 || used > quantity)
            found.Add($"{owner}, row {version}", ProofRules.Price, $"event {Text(record.Id)} takes {MoneyText.Exact(leg.Quantity)} units of package {leg.Grant} "
                + $"for {MoneyText.Exact(leg.Amount)}; {MoneyText.Exact(used)} of its {MoneyText.Exact(quantity)} are used then");
    }

    private void CountId(in UsageRecord record, long version)
    {
        if (!ids.Add(record.IdHash, record.Day))
            found.Add($"{owner}, row {version}", ProofRules.Once, $"event {Text(record.Id)} of {Text(record.Source)} is counted a second time");
    }

    private void Price(in UsageRecord record, LegAmount leg, ReadOnlySpan<LegAmount> legs, BookCell cell, long version)
    {
        var identity = cell.Identity;
        if (chargeOf(identity.Plan, identity.PlanVersion, Surcharge.ChargeOf(identity.Charge)) is not UsageCharge charge)
        {
            found.Add($"{owner}, row {version}", ProofRules.Price, $"event {Text(record.Id)} has a price of {identity.Plan} {identity.PlanVersion}, {identity.Charge}, which is not there");
            return;
        }

        var used = charge.CountsWholePeriod || charge.Per != 1 ? book.Used(identity) : 0;
        var price = charge.Model == "cost_plus" ? OnCost(charge, leg, legs, identity) : UsagePrice.Change(charge, used, leg.Quantity);
        if (price != leg.Amount)
            found.Add($"{owner}, row {version}", ProofRules.Price,
                $"event {Text(record.Id)} is charged {MoneyText.Exact(leg.Amount)} on {identity.Agreement}; {MoneyText.Exact(leg.Quantity)} units of {identity.Charge} cost {MoneyText.Exact(price)}");
    }

    // What it takes back has the price it had. Where the price builds on another leg's cost, that leg is not in this entry.
    private void Repriced(in UsageRecord record, PriceChange change, LegAmount leg, BookCell cell, long version)
    {
        if (leg.Quantity < 0 || leg.Amount < 0)
            return;
        var identity = cell.Identity;
        var charge = change.PlanVersion is null ? null : chargeOf(identity.Plan, identity.PlanVersion, Surcharge.ChargeOf(identity.Charge)) as UsageCharge;
        var added = Surcharge.Is(identity.Charge);
        var after = !added ? PriceChange.AfterOf(record) : charge is { Per: not 1 } ? book.Used(identity) : 0;
        var price = change.UnitPrice is { } unit ? unit * leg.Quantity : change.Amount
            ?? (charge is null || charge.Model == "cost_plus" ? leg.Amount : UsagePrice.Amount(charge, after, leg.Quantity));
        if (price != leg.Amount || identity.Agreement != change.Agreement || (change.PlanVersion is { } by && (charge is null || by != identity.PlanVersion)))
            found.Add($"{owner}, row {version}", ProofRules.Price,
                $"price correction {Text(record.Id)} charges {MoneyText.Exact(leg.Amount)} on {identity.Agreement}; {MoneyText.Exact(price)} was meant on {change.Agreement}");
    }

    // Who sells to whom is not known here: the price must build on what the event costs on one of its other legs.
    private decimal OnCost(UsageCharge charge, LegAmount leg, ReadOnlySpan<LegAmount> legs, CellIdentity identity)
    {
        var costs = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var other in legs)
        {
            if (other.Quantity >= 0 && book.Find(other.Cell)!.Identity.Agreement is var agreement && agreement != identity.Agreement)
                costs[agreement] = costs.GetValueOrDefault(agreement) + other.Amount;
        }

        var prices = costs.Values.Select(cost => UsagePrice.Amount(charge, 0, cost)).ToList();
        return prices.Contains(leg.Amount) ? leg.Amount : prices.FirstOrDefault();
    }

    private static string Text(ReadOnlySpan<byte> utf8) => $"\"{System.Text.Encoding.UTF8.GetString(utf8)}\"";

    private sealed class EventVisitor(SubscriptionProof proof, long version) : UsageVisitor
    {
        public override void Cell(int number, int purse, CellIdentity identity) => proof.book.Define(number, purse, identity);

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs) => proof.Count(record, legs, version);

        public override void Readings(in UsageRecord record, ReadOnlySpan<LegAmount> legs, ReadOnlySpan<LegReading> readings)
        {
            proof.Count(record, legs, version);
            proof.Read(record, readings, version);
        }
    }

    private sealed class IdVisitor(SubscriptionProof proof, long version) : UsageVisitor
    {
        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs) => proof.CountId(record, version);
    }
}
