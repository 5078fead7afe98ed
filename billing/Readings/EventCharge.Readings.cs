// The part of an event's price that goes by what was read before, where its meter is not added up.
namespace OrleansBilling.Billing.Usage;

internal sealed partial class EventCharge
{
    /// <summary>Whether the event's meter is not added up on some leg.</summary>
    public bool Reads { get; private set; }

    // What the event adds to what was read before. A backfill is taken back by sums, and a reading is none.
    private UsageOutcome Read(int leg, Reading reading, bool backfilled)
    {
        var identity = rated[leg].Identity;
        if (backfilled)
            return UsageOutcome.InvalidEvent;
        if (!state.Readings.HasRoom(identity, reading))
            return UsageOutcome.TooManyReadings;
        Reads = true;
        rated[leg] = rated[leg] with { Quantity = state.Readings.UnitsWith(identity, reading) - state.Readings.Units(identity) };
        return UsageOutcome.Accepted;
    }

    private void ApplyReadings(scoped in UsageRecord record, ref UsageFrameWriter frame)
    {
        var parts = Split(ref frame);
        var readings = new List<LegReading>(rated.Length);
        for (var (leg, part) = (0, 0); leg < rated.Length; leg++, part++)
        {
            while (parts[part].IsFurther) part++;
            if (rated[leg].Reading is { } reading) readings.Add(new LegReading(parts[part].Cell, reading));
        }

        foreach (var part in parts)
            state.Count(part, record.TimeMicros);
        frame.Readings(record, parts, [.. readings]);
        state.Take([.. readings]);
    }
}
