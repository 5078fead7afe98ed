// What one subscription knows: running totals, recent event ids, what has been sealed. Changed only by the facts in its journal stream.
using NodaTime;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Usage;

/// <summary>The state that a stream's frames add up to. Not thread-safe: it belongs to one activation.</summary>
public sealed class SubscriptionState
{
    private const int ScannedCellsMax = 16;
    private readonly byte[] chain = RowChain.Start;
    private UsageCell[] cells = [];
    private int cellCount;
    // Only where there are so many cells that walking over them costs more: most subscriptions have a handful.
    private Dictionary<CellIdentity, int>? positions;

    /// <summary>Totals, oldest first.</summary>
    public ReadOnlySpan<UsageCell> Cells => cells.AsSpan(0, cellCount);

    /// <summary>How many cells there are.</summary>
    public int CellCount => cellCount;

    /// <summary>Number of the next new cell.</summary>
    public int NextCell { get; internal set; }

    /// <summary>Recent ids.</summary>
    public EventIdLog Ids { get; } = new();

    /// <summary>Time of the newest frame: recorded time never goes back.</summary>
    public long LastRecordedMicros { get; internal set; }

    /// <summary>
    /// Own time of the earliest event, µs; 0: none. Once a seal has gone by it, earlier events that come late change it no more: fees have begun.
    /// </summary>
    public long FirstUseMicros { get; private set; }

    /// <summary>Whether a seal has gone by it.</summary>
    internal bool FirstUseIsFixed { get; private set; }

    /// <summary>What it holds of wallets, by number: the first has number 1.</summary>
    public List<Purse> Purses { get; } = [];

    /// <summary>Two-phase reservations.</summary>
    public HoldBook Holds { get; } = new();

    /// <summary>Packages.</summary>
    public GrantBook Grants { get; } = new();

    /// <summary>Included units that seals have carried into later periods, by the period that they came from.</summary>
    internal List<CarriedOut> CarriedOut { get; } = [];

    /// <summary>Fees that were paid from purses.</summary>
    public Fees.PaidFees Fees { get; } = new();

    /// <summary>Corrections of events that can still be corrected.</summary>
    public CorrectionBook Corrections { get; } = new();

    /// <summary>Backfills of old usage.</summary>
    public BackfillBook Backfills { get; } = new();

    /// <summary>Readings of meters that are not added up.</summary>
    public ReadingBook Readings { get; } = new();

    /// <summary>Seals by calendar and period, oldest first.</summary>
    public List<SealMark> Seals { get; } = [];

    /// <summary>Totals of periods that are done with.</summary>
    public CellArchive Archive { get; } = new();

    /// <summary>SHA-256 chain over the checksums of all durable rows (<see cref="RowChain"/>).</summary>
    public ReadOnlySpan<byte> Chain => chain;

    /// <summary>The cell at a position.</summary>
    public ref UsageCell CellAt(int position) => ref cells[position];

    /// <summary>An event was accepted.</summary>
    internal void Used(long timeMicros)
    {
        if (!FirstUseIsFixed && (FirstUseMicros == 0 || timeMicros < FirstUseMicros))
            FirstUseMicros = timeMicros;
    }

    /// <summary>A seal has gone by it.</summary>
    internal void FixFirstUse(long micros)
    {
        if (micros != 0)
            (FirstUseMicros, FirstUseIsFixed) = (micros, true);
    }

    /// <summary>As a snapshot has kept it.</summary>
    internal void RestoreFirstUse(long micros, bool isFixed) => (FirstUseMicros, FirstUseIsFixed) = (micros, isFixed);

    /// <summary>The purse of a wallet, or null: nothing was ever received from it.</summary>
    public Purse? PurseOf(string wallet)
    {
        foreach (var purse in Purses)
        {
            if (purse.Wallet == wallet)
                return purse;
        }

        return null;
    }

    /// <summary>The purse with a number; throws on one that no frame has opened.</summary>
    public Purse PurseAt(int number) =>
        number >= 1 && number <= Purses.Count ? Purses[number - 1] : throw new PackedFormatException($"purse {number} is not open");

    /// <summary>Position of a cell by identity and purse, or −1. Identities are shared, so a reference usually decides.</summary>
    public int PositionOf(CellIdentity identity, int purse)
    {
        if (cellCount > ScannedCellsMax)
            return (positions ??= Index()).TryGetValue(identity, out var indexed) && cells[indexed].Purse == purse ? indexed : Adopt(identity, purse);
        for (var position = cellCount - 1; position >= 0; position--)
        {
            if (ReferenceEquals(cells[position].Identity, identity) && cells[position].Purse == purse)
                return position;
        }

        return Adopt(identity, purse);
    }

    // The same identity under a new reference: made by a new catalogue, or read from the journal.
    private int Adopt(CellIdentity identity, int purse)
    {
        for (var position = cellCount - 1; position >= 0; position--)
        {
            if (cells[position].Identity != identity || cells[position].Purse != purse)
                continue;
            positions?.Remove(cells[position].Identity);
            positions?[identity] = position;
            cells[position].Identity = identity;
            return position;
        }

        return -1;
    }

    private Dictionary<CellIdentity, int> Index()
    {
        var made = new Dictionary<CellIdentity, int>(cellCount, ReferenceEqualityComparer.Instance);
        for (var position = 0; position < cellCount; position++)
            made[cells[position].Identity] = position;
        return made;
    }

    /// <summary>Position of the cell with a number; throws on a number that no frame has defined.</summary>
    public int PositionOf(int number)
    {
        for (var position = cellCount - 1; position >= 0; position--)
        {
            if (cells[position].Number == number)
                return position;
        }

        throw new PackedFormatException($"cell {number} is not defined");
    }

    /// <summary>Adds a cell with the next number (or, on replay, its own).</summary>
    public int AddCell(in UsageCell cell)
    {
        if (cellCount == cells.Length)
            Array.Resize(ref cells, Math.Max(2, cells.Length * 2));
        cells[cellCount] = cell;
        positions?.TryAdd(cell.Identity, cellCount);
        NextCell = Math.Max(NextCell, cell.Number + 1);
        return cellCount++;
    }

    /// <summary>Counts one leg of a journaled event, or a part of it: in its cell, and in the purse or grant that pays for it.</summary>
    internal void Count(LegAmount leg, long timeMicros)
    {
        ref var cell = ref cells[PositionOf(leg.Cell)];
        if (cell.CoveredBy != (leg.Grant == 0 ? 0 : Grants.At(leg.Grant).Purse)
            || (leg.Grant != 0 && (leg.Amount != 0 || !Grants.At(leg.Grant).IsFor(cell.Identity))))
            throw new PackedFormatException($"grant {leg.Grant} does not pay for cell {leg.Cell}");
        cell.Count += UsageCell.EventsOf(leg, cell.Identity);
        cell.Quantity += leg.Quantity;
        cell.Amount += leg.Amount;
        if (cell.IsCovered)
            Grants.At(leg.Grant).Take(leg.Quantity, timeMicros);
        else if (cell.Purse != 0 && PurseAt(cell.Purse) is var purse)
            purse.Take(purse.CountsUnits ? leg.Quantity : leg.Amount);
    }

    /// <summary>Takes the readings of an entry, or takes back what it takes back.</summary>
    internal void Take(ReadOnlySpan<LegReading> readings)
    {
        foreach (ref readonly var one in readings)
            Readings.Apply(cells[PositionOf(one.Cell)].Identity, one);
    }

    /// <summary>
    /// Units that a charge has priced in a period on an agreement, over all its price versions: what tiers and included units go by. What grants
    /// covered is none of them; included units that were carried out of the period are.
    /// </summary>
    public decimal UsedOf(CellIdentity identity)
    {
        decimal used = 0;
        foreach (var carried in CarriedOut)
        {
            if (carried.IsOf(identity))
                used += carried.Quantity;
        }

        foreach (ref readonly var cell in Cells)
        {
            var other = cell.Identity;
            if (cell.IsCovered)
                continue;
            if (ReferenceEquals(other, identity) || (other.Charge == identity.Charge && other.Agreement == identity.Agreement
                    && other.Plan == identity.Plan && other.Period.Start == identity.Period.Start))
                used += cell.Quantity;
        }

        return used;
    }

    /// <summary>The newest seal of a calendar, or null. Periods of a calendar are sealed in order.</summary>
    public SealMark? NewestSeal(string calendar) => Seals.FindLast(seal => seal.Calendar == calendar);

    /// <summary>Counts a row of this stream that became durable.</summary>
    public void Chained(long version, ulong checksum) => RowChain.Next(chain, version, checksum);

    /// <summary>The chain that a snapshot has kept.</summary>
    internal void Restore(ReadOnlySpan<byte> kept) => kept.CopyTo(chain);

    /// <summary>Forgets packages that nothing can change any more; what a backfill may have to give back to one can.</summary>
    public void ForgetGrants(long happenedBeforeMicros) => Grants.Forget(happenedBeforeMicros, Backfills.NeedsGrant);

    /// <summary>Moves cells that nothing can change any more to the archive, where only their totals can be asked for.</summary>
    public void ArchiveCells(Instant periodsEndedBefore)
    {
        foreach (var carried in CarriedOut.FindAll(one => one.PeriodEnd < periodsEndedBefore))
        {
            Archive.Add(carried);
            CarriedOut.Remove(carried);
        }

        var (kept, gone) = (new List<UsageCell>(cellCount), new List<CellIdentity>());
        foreach (ref readonly var cell in Cells)
        {
            if (cell.HasUnsealed || cell.Identity.Period.End >= periodsEndedBefore)
                kept.Add(cell);
            else
            {
                Archive.Add(cell);
                gone.Add(cell.Identity);
            }
        }

        if (kept.Count == cellCount)
            return;
        // A total may stand in several cells, by who pays: what was read of it goes with the last of them.
        if (!Readings.IsEmpty)
            gone.FindAll(identity => !kept.Exists(cell => cell.Identity == identity)).ForEach(Readings.Forget);
        cells = [.. kept];
        cellCount = cells.Length;
        positions = null;
    }
}

/// <summary>That a calendar's period was sealed, when, and in which row (0 until that row is durable).</summary>
public sealed record SealMark(string Calendar, string Label, Instant PeriodEnd, long Version, long RecordedMicros, SealBasis Basis = default);
