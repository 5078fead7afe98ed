// Rebuilds a subscription's state from its journal rows: the same facts, the same state, whoever decided them.
using OrleansBilling.Billing.Allowances;

namespace OrleansBilling.Billing.Usage;

/// <summary>Replay never rates, rounds or reads a clock: amounts stand in the frames.</summary>
public static class SubscriptionReplay
{
    /// <summary>Applies one durable row. Throws <see cref="PackedFormatException"/> on anything that it does not know.</summary>
    public static void Apply(SubscriptionState state, long version, ReadOnlySpan<byte> frames, ulong checksum)
    {
        var reader = new PackedReader(frames);
        while (!reader.AtEnd)
        {
            var content = FrameHead.Read(ref reader, out var kind);
            switch (kind)
            {
                case FrameKind.Seal: SealFrame.Apply(state, version, SealFrame.Read(content)); break;
                case FrameKind.Purse: PurseFrame.Apply(state, content); break;
                case FrameKind.Hold: HoldFrame.Apply(state, content); break;
                case FrameKind.Grant: GrantFrame.Apply(state, content); break;
                case FrameKind.Pool: PoolFrame.Apply(state, content); break;
                case FrameKind.Fee: Fees.FeeFrame.Apply(state, content); break;
                default: ApplyUsage(state, version, content); break;
            }
        }

        state.Chained(version, checksum);
    }

    /// <summary>Hands every usage event and package of a row to <paramref name="visit"/>; all else is passed over.</summary>
    public static void Visit(ReadOnlySpan<byte> frames, UsageVisitor visit)
    {
        var reader = new PackedReader(frames);
        while (!reader.AtEnd)
        {
            var content = FrameHead.Read(ref reader, out var kind);
            if (kind == FrameKind.Usage)
                VisitUsage(content, visit);
            else if (kind == FrameKind.Grant && GrantFrame.Read(content) is var (grant, priced))
                visit.Package(grant, priced);
        }
    }

    /// <summary>Finds an event by id in a row: what confirms a hit of the older index.</summary>
    public static bool TryFind(ReadOnlySpan<byte> frames, UInt128 idHash, out uint bodyHash)
    {
        var finder = new IdFinder(idHash);
        Visit(frames, finder);
        bodyHash = finder.BodyHash;
        return finder.Found;
    }

    /// <summary>The event with an id in a row, or null.</summary>
    public static JournaledEvent? Read(ReadOnlySpan<byte> frames, UInt128 idHash)
    {
        var reading = new EventReading(idHash);
        Visit(frames, reading);
        return reading.Found;
    }

    /// <summary>Finds many events by id in one pass over a row, and adds the body hashes of those that it holds.</summary>
    public static void Find(ReadOnlySpan<byte> frames, IReadOnlySet<UInt128> wanted, IDictionary<UInt128, uint> bodies) =>
        Visit(frames, new IdsFinder(wanted, bodies));

    private static void ApplyUsage(SubscriptionState state, long version, ReadOnlySpan<byte> content)
    {
        try
        {
            VisitUsage(content, new StateApplier(state, version));
        }
        catch (Exception fault) when (fault is OverflowException or InvalidOperationException)
        {
            throw new PackedFormatException($"a total is out of range: {fault.Message}");
        }
    }

    private static void VisitUsage(ReadOnlySpan<byte> content, UsageVisitor visit)
    {
        var reader = new PackedReader(content);
        var recorded = reader.Int64();
        var legs = reader.Count();
        if (legs > CorrectionDecider.LegsMax)
            throw new PackedFormatException("a frame has too many legs");
        Span<LegAmount> amounts = stackalloc LegAmount[legs];
        visit.Begin(recorded);
        while (!reader.AtEnd)
        {
            var item = reader.Byte();
            if (item == UsageFrameWriter.CellItem)
            {
                visit.Cell(reader.Count(), reader.Count(), CellIdentity.Read(ref reader));
                continue;
            }

            if (item == UsageFrameWriter.CoveredItem)
            {
                var covered = UsageRecord.Read(ref reader);
                visit.Event(covered, Parts(ref reader));
                continue;
            }

            if (item == UsageFrameWriter.ReadingItem)
            {
                var read = UsageRecord.Read(ref reader);
                visit.Readings(read, Parts(ref reader), Readings(ref reader));
                continue;
            }

            if (item != UsageFrameWriter.EventItem)
                throw new PackedFormatException($"item {item} is not known");

            var record = UsageRecord.Read(ref reader);
            for (var leg = 0; leg < legs; leg++)
                amounts[leg] = new LegAmount(reader.Count(), reader.Decimal(), reader.Decimal());
            visit.Event(record, amounts);
        }
    }

    private static LegAmount[] Parts(ref PackedReader reader)
    {
        var parts = new LegAmount[reader.Count() is var count and <= CorrectionDecider.LegsMax ? count : throw new PackedFormatException("an event has too many parts")];
        for (var part = 0; part < count; part++)
            parts[part] = new LegAmount(reader.Count(), reader.Decimal(), reader.Decimal(), reader.Count(), reader.Byte() != 0);
        return parts;
    }

    private static LegReading[] Readings(ref PackedReader reader)
    {
        var readings = new LegReading[reader.Count() is var count and <= CorrectionDecider.LegsMax ? count
            : throw new PackedFormatException("an event has too many readings")];
        for (var index = 0; index < count; index++)
            readings[index] = LegReading.Read(ref reader);
        return readings;
    }

    private sealed class StateApplier(SubscriptionState state, long version) : UsageVisitor
    {
        public override void Begin(long recordedMicros) => state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, recordedMicros);

        public override void Cell(int number, int purse, CellIdentity identity)
        {
            if (number != state.NextCell)
                throw new PackedFormatException($"cell {number} is out of order");
            if (purse is > 0 and < UsageCell.PooledPurse)
                state.PurseAt(purse);
            state.AddCell(new UsageCell { Number = number, Purse = purse, Identity = identity });
        }

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            foreach (var leg in legs)
                state.Count(leg, record.TimeMicros);
            state.Ids.Add(new EventIdEntry { IdHash = record.IdHash, BodyHash = record.BodyHash, Day = record.Day, Version = version });
            // One that changed nothing is remembered by its id alone.
            if (legs.Length > 0 && Correction.Is(record))
                CorrectionDecider.Remember(state, record, legs);
            else if (!BackfillName.IsRevert(record.Source))
                state.Used(record.TimeMicros);
            state.Backfills.Take(state, record, legs);
        }

        public override void Readings(in UsageRecord record, ReadOnlySpan<LegAmount> legs, ReadOnlySpan<LegReading> readings)
        {
            Event(record, legs);
            state.Take(readings);
        }
    }

    private sealed class IdsFinder(IReadOnlySet<UInt128> wanted, IDictionary<UInt128, uint> bodies) : UsageVisitor
    {
        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            var idHash = record.IdHash;
            if (wanted.Contains(idHash))
                bodies.TryAdd(idHash, record.BodyHash);
        }
    }

    private sealed class EventReading(UInt128 idHash) : UsageVisitor
    {
        public JournaledEvent? Found { get; private set; }

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            if (Found is null && record.IdHash == idHash)
                Found = new JournaledEvent(record.Content.ToArray(), legs.ToArray());
        }

        public override void Readings(in UsageRecord record, ReadOnlySpan<LegAmount> legs, ReadOnlySpan<LegReading> readings)
        {
            if (Found is null && record.IdHash == idHash)
                Found = new JournaledEvent(record.Content.ToArray(), legs.ToArray(), readings.ToArray());
        }
    }

    private sealed class IdFinder(UInt128 idHash) : UsageVisitor
    {
        public bool Found { get; private set; }
        public uint BodyHash { get; private set; }

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            if (!Found && record.IdHash == idHash)
                (Found, BodyHash) = (true, record.BodyHash);
        }
    }
}

/// <summary>What one event was charged on one leg, or a part of that: the cell's number, the quantity counted and the exact amount.</summary>
/// <param name="Grant">The grant that pays for these units, by number; 0: none.</param>
/// <param name="IsFurther">A further part of the leg of the part before it: the event is counted already.</param>
public readonly record struct LegAmount(int Cell, decimal Quantity, decimal Amount, int Grant = 0, bool IsFurther = false)
{
    /// <summary>What takes it back.</summary>
    public LegAmount Reversed => this with { Quantity = -Quantity, Amount = -Amount };
}

/// <summary>Receives what a row holds, in order.</summary>
public abstract class UsageVisitor
{
    /// <summary>A frame begins; when it was recorded, µs.</summary>
    public virtual void Begin(long recordedMicros)
    {
    }

    /// <summary>A cell is defined, paid for from a purse (0: invoiced).</summary>
    public virtual void Cell(int number, int purse, CellIdentity identity)
    {
    }

    /// <summary>A package was granted; its price, if it has one, is counted in a cell that this may define.</summary>
    public virtual void Package(Grant grant, in UsageCell priced)
    {
    }

    /// <summary>An event.</summary>
    public abstract void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs);

    /// <summary>An event of a meter that is not added up, or its correction: an event like others for who does not care.</summary>
    public virtual void Readings(in UsageRecord record, ReadOnlySpan<LegAmount> legs, ReadOnlySpan<LegReading> readings) => Event(record, legs);
}
