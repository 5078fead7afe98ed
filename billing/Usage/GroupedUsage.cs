// Adds up a subscription's journal rows for one question: by leg, charge and values of dimensions. The rows alone decide.
using System.Text;
using OrleansBilling.Billing.Allowances;

namespace OrleansBilling.Billing.Usage;

/// <summary>What one leg's charge came to in one group.</summary>
/// <param name="Count">Events; 0 for the price of packages, as everywhere in usage.</param>
public sealed record GroupedRow(CellIdentity Identity, UsageGroup Group, long Count, decimal Quantity, decimal Amount);

/// <summary>
/// Goes on where it stopped: rows are visited once, in order. A correction belongs to the group of the event that it corrects, which may stand in any
/// row before: it waits in <see cref="Waiting"/> until that row is visited by <see cref="Resolve"/>. Belongs to one reader at a time.
/// </summary>
public sealed class GroupedUsage
{
    private const long MarkMicros = 3_600_000_000;
    private readonly UsageWindow window;
    private readonly byte[][] dimensions;
    private readonly Dictionary<int, Cell> cells;
    private readonly Dictionary<(int Cell, UsageGroup Group), Sum> sums;
    private readonly HashSet<(string Meter, UsageGroup Group)> groups;
    private readonly Dictionary<UInt128, List<Waiter>> waiting = [];
    private readonly List<(long RecordedMicros, long Version)> marks;
    private long validFrom = long.MinValue;
    private long validUntil = long.MaxValue;

    /// <summary>Nothing was visited yet.</summary>
    public GroupedUsage(UsageWindow window, IEnumerable<string> dimensions) =>
        (this.window, this.dimensions, cells, sums, groups, marks) = (window, [.. dimensions.Select(Encoding.UTF8.GetBytes)], [], [], [], []);

    private GroupedUsage(GroupedUsage from, UsageWindow window)
    {
        (this.window, dimensions, Version, TooMany, validFrom, validUntil) =
            (window, from.dimensions, from.Version, from.TooMany, from.validFrom, from.validUntil);
        (cells, sums, groups, marks) = (new(from.cells), new(from.sums), [.. from.groups], [.. from.marks]);
    }

    /// <summary>
    /// Goes on behind rows that are in an archive; null when they may have something of the question.
    /// </summary>
    /// <param name="state">As of the last archived row.</param>
    /// <param name="version">Its version.</param>
    /// <param name="throughMicros">No archived event is later, µs.</param>
    public static GroupedUsage? After(SubscriptionState state, long version, long throughMicros, UsageWindow window, IEnumerable<string> dimensions)
    {
        var usage = new GroupedUsage(window, dimensions) { Version = version };
        foreach (ref readonly var cell in state.Cells)
        {
            usage.Define(cell.Number, cell.Identity);
            // The price of a package counts when it was granted, which may be later than every event.
            if (usage.cells[cell.Number] is { Identity: not null } known && (known.From <= throughMicros || PackageCharge.Is(cell.Identity.Charge)))
                return null;
        }

        usage.marks.Add((state.LastRecordedMicros, version + 1));
        return usage;
    }

    /// <summary>All rows up to it were visited.</summary>
    public long Version { get; private set; }

    /// <summary>There are more groups than <see cref="Limits.UsageGroupsMax"/>: the sums are not whole.</summary>
    public bool TooMany { get; private set; }

    /// <summary>Whether corrections wait for the group of what they correct.</summary>
    public bool Waiting => waiting.Count > 0;

    /// <summary>How much it keeps, for who bounds many of them.</summary>
    public int Weight => 1 + cells.Count + sums.Count + marks.Count;

    /// <summary>The first row that a waiting correction's event may stand in.</summary>
    public long ResolveFrom
    {
        get
        {
            var oldest = waiting.Values.Min(waiters => waiters[0].TimeMicros) - (Limits.ClockSkewMax.BclCompatibleTicks / 10);
            return Math.Max(1, marks.LastOrDefault(mark => mark.RecordedMicros < oldest).Version);
        }
    }

    /// <summary>Whether a question for the periods of now means the same at this time.</summary>
    public bool Answers(long nowMicros) => window.Label is not null || window.Dates is not null || (validFrom <= nowMicros && nowMicros < validUntil);

    /// <summary>A copy that goes on by itself, for the same question at a later time that it answers. Nothing may wait.</summary>
    public GroupedUsage Copy(UsageWindow later) => Waiting || !Answers(later.AtMicros)
        ? throw new InvalidOperationException("Corrections wait, or this is another question.") : new GroupedUsage(this, later);

    /// <summary>Visits the next row. Throws <see cref="PackedFormatException"/> on what it does not know.</summary>
    public void Visit(long version, ReadOnlySpan<byte> frames)
    {
        if (version != Version + 1)
            throw new PackedFormatException($"row {version} does not follow row {Version}");
        Version = version;
        SubscriptionReplay.Visit(frames, new Adder(this));
    }

    /// <summary>Visits a row again, for the events that waiting corrections correct.</summary>
    public void Resolve(ReadOnlySpan<byte> frames) => SubscriptionReplay.Visit(frames, new Resolver(this));

    /// <summary>The sums, in the order in which their totals came up.</summary>
    public IEnumerable<GroupedRow> Rows => sums.OrderBy(sum => sum.Key.Cell)
        .Select(sum => new GroupedRow(cells[sum.Key.Cell].Identity!, sum.Key.Group, sum.Value.Count, sum.Value.Quantity, sum.Value.Amount));

    // What is outside of the question is known by number alone.
    private void Define(int number, CellIdentity identity)
    {
        Narrow(Micros.Of(identity.Period.Start));
        Narrow(Micros.Of(identity.Period.End));
        cells[number] = window.Of(identity) is { } bounds ? new Cell(identity, bounds.From, bounds.Until) : default;
    }

    private void Narrow(long bound)
    {
        if (bound <= window.AtMicros) validFrom = Math.Max(validFrom, bound);
        else validUntil = Math.Min(validUntil, bound);
    }

    private bool Counts(in LegAmount leg, long timeMicros) => Of(leg.Cell) is { Identity: not null } cell && cell.From <= timeMicros && timeMicros < cell.Until
        && window.Admits(timeMicros);

    private Cell Of(int number) => cells.TryGetValue(number, out var cell) ? cell : throw new PackedFormatException($"cell {number} is not defined");

    private void Add(ReadOnlySpan<LegAmount> legs, UsageGroup group, long timeMicros)
    {
        foreach (ref readonly var leg in legs)
        {
            if (!Counts(leg, timeMicros))
                continue;
            if (groups.Add((Of(leg.Cell).Identity!.Meter, group)) && dimensions.Length > 0 && groups.Count > Limits.UsageGroupsMax)
                TooMany = true;
            if (TooMany)
                return;
            var counts = CellIdentity.CountsUnits(Of(leg.Cell).Identity!.Charge);
            var sum = sums.GetValueOrDefault((leg.Cell, group));
            sums[(leg.Cell, group)] = new Sum(sum.Count + (leg.IsFurther || !counts ? 0 : 1), sum.Quantity + (counts ? leg.Quantity : 0),
                sum.Amount + leg.Amount);
        }
    }

    private readonly record struct Cell(CellIdentity? Identity, long From, long Until);

    private readonly record struct Sum(long Count, decimal Quantity, decimal Amount);

    private readonly record struct Waiter(long TimeMicros, LegAmount[] Legs);

    private sealed class Adder(GroupedUsage usage) : UsageVisitor
    {
        public override void Begin(long recordedMicros)
        {
            if (usage.marks.Count == 0 || recordedMicros >= usage.marks[^1].RecordedMicros + MarkMicros)
                usage.marks.Add((recordedMicros, usage.Version));
        }

        public override void Cell(int number, int purse, CellIdentity identity) => usage.Define(number, identity);

        public override void Package(Grant grant, in UsageCell priced)
        {
            if (grant.Request.Price == 0)
                return;
            usage.Define(priced.Number, priced.Identity);
            // It counts in its period, whenever it was granted.
            var period = priced.Identity.Period;
            var time = Math.Clamp(grant.GrantedMicros, Micros.Of(period.Start), Micros.Of(period.End) - 1);
            usage.Add([new LegAmount(priced.Number, 1, grant.Request.Price)], UsageGroup.None(usage.dimensions.Length), time);
        }

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            var (counts, time) = (false, record.TimeMicros);
            foreach (ref readonly var leg in legs)
                counts |= usage.Counts(leg, time);
            if (!counts || usage.TooMany)
                return;
            if (usage.dimensions.Length == 0 || !Correction.Is(record))
            {
                usage.Add(legs, UsageGroup.Of(record, usage.dimensions), time);
                return;
            }

            var corrected = Correction.RequestOf(record).EventHash;
            if (!usage.waiting.TryGetValue(corrected, out var waiters))
                usage.waiting[corrected] = waiters = [];
            waiters.Add(new Waiter(time, legs.ToArray()));
        }
    }

    private sealed class Resolver(GroupedUsage usage) : UsageVisitor
    {
        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            if (usage.waiting.Count == 0 || !usage.waiting.Remove(record.IdHash, out var waiters))
                return;
            var group = UsageGroup.Of(record, usage.dimensions);
            foreach (var (time, corrected) in waiters)
                usage.Add(corrected, group, time);
        }
    }
}
