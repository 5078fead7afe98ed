// The totals of a subscription, added up from its events a second time: what seals and snapshots are compared with.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Proving;

internal sealed class BookCell(int number, int purse, CellIdentity identity)
{
    public int Number => number;
    public int Purse => purse;
    public CellIdentity Identity => identity;
    public long Count { get; private set; }
    public decimal Quantity { get; private set; }
    public decimal Amount { get; private set; }
    public long OpenCount { get; private set; }
    public decimal OpenQuantity { get; private set; }
    public decimal OpenAmount { get; private set; }

    /// <summary>The first row with something that no seal has taken.</summary>
    public long OpenFrom { get; private set; }

    /// <summary>Whether grants paid for it.</summary>
    public bool IsCovered => purse >= UsageCell.PooledPurse;

    /// <summary>Which kind of them.</summary>
    public int CoveredBy => IsCovered ? purse : 0;

    /// <summary>Whether something waits for the next seal.</summary>
    public bool IsOpen => OpenCount != 0 || OpenQuantity != 0 || OpenAmount != 0;

    public void Add(LegAmount leg, long version)
    {
        if (!IsOpen)
            OpenFrom = version;
        var count = UsageCell.EventsOf(leg, identity);
        (Count, Quantity, Amount) = (Count + count, Quantity + leg.Quantity, Amount + leg.Amount);
        (OpenCount, OpenQuantity, OpenAmount) = (OpenCount + count, OpenQuantity + leg.Quantity, OpenAmount + leg.Amount);
    }

    public void Seal() => (OpenCount, OpenQuantity, OpenAmount) = (0, 0, 0);
}

internal sealed class CellBook
{
    private readonly Dictionary<int, BookCell> cells = [];
    private readonly List<CarriedOut> carriedOut = [];

    public IReadOnlyCollection<BookCell> Cells => cells.Values;

    public void Define(int number, int purse, CellIdentity identity) => cells.Add(number, new BookCell(number, purse, identity));

    public BookCell? Find(int number) => cells.GetValueOrDefault(number);

    /// <summary>A period gives included units to the next one.</summary>
    public void CarryOut(CarriedOut units) => carriedOut.Add(units);

    /// <summary>Units that a charge has priced in a period on an agreement, and those that it has carried out: what its included units go by.</summary>
    public decimal Used(CellIdentity identity) => carriedOut.Where(units => units.IsOf(identity)).Sum(units => units.Quantity)
        + cells.Values.Where(cell => !cell.IsCovered && cell.Identity.Charge == identity.Charge
        && cell.Identity.Agreement == identity.Agreement && cell.Identity.Plan == identity.Plan
        && cell.Identity.Period.Start == identity.Period.Start).Sum(cell => cell.Quantity);

    /// <summary>What a seal has to take: unsealed totals of a calendar's periods up to an end.</summary>
    public IEnumerable<BookCell> Open(string calendar, NodaTime.Instant until) => cells.Values.Where(cell => cell.IsOpen
        && cell.Identity.Calendar == calendar && cell.Identity.Period.End <= until);
}
