// The corrections that a subscription remembers, and what they have left of the events that they correct.
namespace OrleansBilling.Billing.Usage;

/// <summary>An event in the journal as it was accepted: content of its record, its legs, and its readings where the meter is not added up.</summary>
public sealed record JournaledEvent(byte[] Record, LegAmount[] Legs, LegReading[]? Readings = null);

/// <summary>Part of the state: changed by the events of corrections only, as long as an event can still be corrected.</summary>
public sealed class CorrectionBook
{
    private readonly List<Correction> all = [];
    private Dictionary<string, Correction>? byId;
    private Dictionary<UInt128, List<Correction>>? byEvent;

    /// <summary>In the order of the journal.</summary>
    public IReadOnlyList<Correction> All => all;

    /// <summary>By the id that its caller chose, or null.</summary>
    public Correction? Find(string id) => byId?.GetValueOrDefault(id);

    /// <summary>The corrections of an event, oldest first.</summary>
    public IReadOnlyList<Correction> Of(UInt128 eventHash) => byEvent?.GetValueOrDefault(eventHash) ?? (IReadOnlyList<Correction>)[];

    internal void Add(Correction correction)
    {
        if (!(byId ??= new Dictionary<string, Correction>(StringComparer.Ordinal)).TryAdd(correction.Request.Id, correction))
            throw new PackedFormatException($"correction \"{correction.Request.Id}\" was made twice");
        byEvent ??= [];
        if (!byEvent.TryGetValue(correction.Request.EventHash, out var same))
            byEvent[correction.Request.EventHash] = same = [];
        same.Add(correction);
        all.Add(correction);
    }

    /// <summary>Forgets corrections of events that are too old to be corrected again.</summary>
    public void Forget(long happenedBeforeMicros)
    {
        foreach (var old in all.Where(correction => correction.Request.TimeMicros < happenedBeforeMicros).ToList())
        {
            all.Remove(old);
            byId!.Remove(old.Request.Id);
            byEvent!.Remove(old.Request.EventHash);
        }
    }

    internal void Write(ref PackedWriter writer)
    {
        writer.Count(all.Count);
        foreach (var correction in all)
        {
            writer.Bytes(correction.Record);
            writer.Count(correction.Legs.Length);
            foreach (var leg in correction.Legs)
            {
                writer.Count(leg.Counted.Cell);
                writer.Decimal(leg.Counted.Quantity);
                writer.Decimal(leg.Counted.Amount);
                writer.Count(leg.Counted.Grant);
                writer.Byte(leg.Counted.IsFurther ? (byte)1 : (byte)0);
                writer.Byte(leg.Late ? (byte)1 : (byte)0);
            }
        }
    }

    internal void Read(ref PackedReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var record = UsageRecord.Read(ref reader);
            var legs = new CorrectionLeg[Legs(reader.Count())];
            for (var index = 0; index < legs.Length; index++)
                legs[index] = new CorrectionLeg(
                    new LegAmount(reader.Count(), reader.Decimal(), reader.Decimal(), reader.Count(), reader.Byte() != 0), reader.Byte() != 0);
            Add(Correction.Of(record, legs));
        }
    }

    private static int Legs(int count) =>
        count <= CorrectionDecider.LegsMax ? count : throw new PackedFormatException("a correction has too many legs");
}
