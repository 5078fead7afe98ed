// The seal in its packed form: which period of which calendar, and the lines that it fixes.
using NodaTime;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Closing;

namespace OrleansBilling.Billing.Usage;

/// <summary>What was known when a seal was decided, so that the next one can tell what has changed since.</summary>
/// <param name="Definition">Version of the subscription's definition; 0: not noted, nothing is compared.</param>
/// <param name="FirstUseMicros">Own time of the event that activated it, µs; 0: none yet.</param>
public readonly record struct SealBasis(int Definition, long FirstUseMicros);

/// <summary>A seal as journaled. Before it in the stream: in the period; after it: late.</summary>
public sealed record Seal(string Calendar, string Label, Instant PeriodEnd, long RecordedMicros, IReadOnlyList<SealedLine> Lines, SealBasis Basis = default)
{
    /// <summary>Units that it carries into later periods.</summary>
    public IReadOnlyList<CarriedUnits> Carried { get; init; } = [];
}

/// <summary>
/// Frame kind 2. Format 1 ends with the lines, format 2 with what the seal was decided by; format 3, which is written where units are carried over, with these.
/// </summary>
public static class SealFrame
{
    internal const byte Format = 2;
    internal const byte FirstFormat = 1;
    internal const byte CarryingFormat = 3;
    // By number: 1 usage, 2 a fee, 3 packages, 4 what packages paid for, 5 days of a fee given back, 6 what is owed once, 7 a penalty, 8 surcharges,
    // 9 discounts, 10 fees that were paid for before,
    // 11 units carried over, 12 units of a pool.
    private static readonly string[] Kinds = ["", "usage", "recurring", "package", "allowance", "credit", "one_time", "penalty", "surcharge", "discount",
        "prepaid", "rollover", "pool"];

    /// <summary>The whole frame.</summary>
    public static ReadOnlyMemory<byte> Write(Seal seal)
    {
        var writer = new PackedWriter(128 + (seal.Lines.Count * 160));
        FrameHead.Begin(ref writer, FrameKind.Seal, seal.Carried.Count == 0 ? Format : CarryingFormat);
        writer.Int64(seal.RecordedMicros);
        writer.String(seal.Calendar);
        writer.String(seal.Label);
        writer.Int64(Micros.Of(seal.PeriodEnd));
        writer.Count(seal.Lines.Count);
        foreach (var line in seal.Lines)
            WriteLine(ref writer, line);
        writer.Count(seal.Basis.Definition);
        writer.Varint((ulong)seal.Basis.FirstUseMicros);
        if (seal.Carried.Count > 0)
            CarriedUnits.WriteAll(ref writer, seal.Carried);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    /// <summary>The seal in a row's frames for a calendar's period, or null.</summary>
    public static Seal? Find(ReadOnlySpan<byte> frames, string calendar, string label)
    {
        var reader = new PackedReader(frames);
        while (!reader.AtEnd)
        {
            var content = FrameHead.Read(ref reader, out var kind);
            if (kind == FrameKind.Seal && Read(content) is var seal && seal.Calendar == calendar && seal.Label == label)
                return seal;
        }

        return null;
    }

    /// <summary>Applies a seal: what it fixed is sealed, the period is closed to what comes later.</summary>
    public static void Apply(SubscriptionState state, long version, Seal seal)
    {
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, seal.RecordedMicros);
        for (var position = 0; position < state.CellCount; position++)
        {
            ref var cell = ref state.CellAt(position);
            if (cell.Identity.Calendar != seal.Calendar || cell.Identity.Period.End > seal.PeriodEnd)
                continue;
            cell.SealedCount = cell.Count;
            cell.SealedQuantity = cell.Quantity;
            cell.SealedAmount = cell.Amount;
        }

        foreach (var carried in seal.Carried)
            carried.Apply(state, seal.RecordedMicros);
        state.FixFirstUse(seal.Basis.FirstUseMicros);
        state.Seals.Add(new SealMark(seal.Calendar, seal.Label, seal.PeriodEnd, version, seal.RecordedMicros, seal.Basis));
    }

    internal static Seal Read(ReadOnlySpan<byte> content)
    {
        var reader = new PackedReader(content);
        var recorded = reader.Int64();
        var (calendar, label, end) = (reader.String(), reader.String(), reader.Instant());
        var count = reader.Count();
        if (count > content.Length)
            throw new PackedFormatException("a seal is shorter than its lines");
        var lines = new SealedLine[count];
        for (var index = 0; index < lines.Length; index++)
            lines[index] = ReadLine(ref reader);
        var basis = reader.AtEnd ? default : new SealBasis(reader.Count(), reader.Int63());
        IReadOnlyList<CarriedUnits> carried = reader.AtEnd ? [] : CarriedUnits.ReadAll(ref reader);
        if (!reader.AtEnd)
            throw new PackedFormatException("something follows a seal");
        return new Seal(calendar, label, end, recorded, lines, basis) { Carried = carried };
    }

    private static void WriteLine(ref PackedWriter writer, SealedLine line)
    {
        writer.Byte((byte)Array.IndexOf(Kinds, line.Kind));
        writer.Byte(line.Late ? (byte)1 : (byte)0);
        writer.String(line.Agreement);
        writer.String(line.Plan);
        writer.Count(line.PlanVersion);
        writer.String(line.Charge);
        writer.String(line.OriginalPeriod);
        CellIdentity.WriteDate(ref writer, line.From);
        CellIdentity.WriteDate(ref writer, line.To);
        writer.Decimal(line.Quantity);
        writer.Decimal(line.Amount);
        writer.Decimal(line.Prepaid);
        writer.Varint((ulong)line.Count);
        writer.Varint((ulong)line.FromVersion);
        writer.Varint((ulong)line.ToVersion);
        writer.String(line.ProofHash ?? "");
    }

    private static SealedLine ReadLine(ref PackedReader reader)
    {
        var (kind, late) = (reader.Byte(), reader.Byte());
        if (kind == 0 || kind >= Kinds.Length || late > 1)
            throw new PackedFormatException($"line kind {kind}, late {late} is not known");
        return new SealedLine
        {
            Kind = Kinds[kind],
            Late = late == 1,
            Agreement = reader.String(),
            Plan = reader.String(),
            PlanVersion = reader.Count(),
            Charge = reader.String(),
            OriginalPeriod = reader.String(),
            From = CellIdentity.ReadDate(ref reader),
            To = CellIdentity.ReadDate(ref reader),
            Quantity = reader.Decimal(),
            Amount = reader.Decimal(),
            Prepaid = reader.Decimal(),
            Count = reader.Int63(),
            FromVersion = reader.Int63(),
            ToVersion = reader.Int63(),
            ProofHash = reader.String() is { Length: > 0 } hash ? hash : null,
        };
    }
}
