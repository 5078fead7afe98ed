// Decides backfills on one subscription: whether an event may join one, and how one is taken back. Deterministic, no I/O.
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>How a backfill was taken back. The state has changed already: the frame (empty: it was before) must be appended in the same turn.</summary>
/// <param name="FirstId">Position in the state's id log of the first id that belongs to the frame.</param>
/// <param name="Events">How many ids belong to it.</param>
public readonly record struct BackfillRevert(ReadOnlyMemory<byte> Frame, long FirstId, int Events);

/// <summary>What is taken back is what the backfill came to, total by total: exactly what stands of it, since nothing else changes its events.</summary>
public static class BackfillDecider
{
    // What an entry is known by in the history; a revert of many totals has several.
    private const string Reverts = "reverts";
    private const long MicrosPerDay = 86_400_000_000;

    /// <summary>Whether a backfill takes an event, as far as the backfill decides; asked before its id is looked up. Accepted: it does.</summary>
    internal static UsageOutcome Joins(SubscriptionState state, scoped BackfillName name, long nowMicros) =>
        state.Backfills.Find(Encoding.UTF8.GetString(name.Id)) is { IsReverted: true }
            || nowMicros / MicrosPerDay > name.OpenedDay + Limits.BackfillOpenDays ? UsageOutcome.BackfillClosed : UsageOutcome.Accepted;

    /// <summary>Whether there is room for one more event; asked when it is not known.</summary>
    internal static bool HasRoom(SubscriptionState state, scoped BackfillName name) =>
        state.Backfills.Find(Encoding.UTF8.GetString(name.Id)) is { } known
            ? known.Parts.Count < Limits.BackfillPartsMax
            : state.Backfills.All.Count < Limits.BackfillsMax;

    /// <summary>
    /// Takes a backfill back by new entries, once. Without anything to take back an entry is written all the same: what is still on its way is
    /// refused from now on.
    /// </summary>
    public static BackfillRevert Revert(SubscriptionState state, string backfill, string reason, long nowMicros)
    {
        var known = state.Backfills.Find(backfill);
        if (known is { IsReverted: true })
            return default;
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, nowMicros);
        var frame = new UsageFrameWriter(state.LastRecordedMicros, 0, 512 + ((known?.Parts.Count ?? 0) * 64));
        var first = state.Ids.NextPosition;
        var entries = Entries(known);
        foreach (var (meter, quantity, parts) in entries)
            Write(state, RecordOf($"{backfill}/{frame.Events + 1}", backfill, reason, meter, quantity, nowMicros), parts, ref frame);
        // Only now: the entries are one fact, and the book forgets with the first of them what the others take back.
        return new BackfillRevert(frame.Finish(), first, entries.Count);
    }

    /// <summary>The backfill that an entry takes back.</summary>
    public static string RevertedBy(scoped in UsageRecord record) => record.TryGetDimension(Encoding.UTF8.GetBytes(Reverts), out var id)
        ? Encoding.UTF8.GetString(id) : throw new PackedFormatException("a revert names no backfill");

    // By meter, so that the history of a meter adds up; the quantity as sent stands on the first entry of each.
    private static List<(string Meter, decimal Quantity, BackfillPart[] Parts)> Entries(Backfill? known)
    {
        var entries = new List<(string, decimal, BackfillPart[])>();
        foreach (var (meter, quantity) in known?.Quantities ?? new Dictionary<string, decimal>())
        {
            var first = true;
            foreach (var parts in known!.Parts.Where(part => part.Identity.Meter == meter).Chunk(CorrectionDecider.LegsMax))
            {
                entries.Add((meter, first ? -quantity : 0, parts));
                first = false;
            }
        }

        if (entries.Count == 0)
            entries.Add(("", 0, []));
        return entries;
    }

    private static void Write(SubscriptionState state, byte[] content, BackfillPart[] parts, ref UsageFrameWriter frame)
    {
        var record = UsageRecord.Of(content);
        var legs = new LegAmount[parts.Length];
        for (var index = 0; index < parts.Length; index++)
        {
            var part = parts[index];
            legs[index] = new LegAmount(CellFor(state, part, ref frame), -part.Quantity, -part.Amount, part.Grant);
            state.Count(legs[index], record.TimeMicros);
        }

        frame.Parts(record, legs);
        state.Ids.Add(new EventIdEntry { IdHash = record.IdHash, BodyHash = record.BodyHash, Day = record.Day });
        state.Backfills.Take(state, record, legs);
    }

    // A total that is archived goes on under a new number.
    private static int CellFor(SubscriptionState state, BackfillPart part, ref UsageFrameWriter frame)
    {
        var position = state.PositionOf(part.Identity, part.Purse);
        if (position >= 0)
            return state.CellAt(position).Number;
        var cell = new UsageCell { Identity = part.Identity, Number = state.NextCell, Purse = part.Purse };
        frame.NewCell(cell);
        state.AddCell(cell);
        return cell.Number;
    }

    private static byte[] RecordOf(string id, string backfill, string reason, string meter, decimal quantity, long timeMicros)
    {
        var writer = new PackedWriter(256);
        writer.String(BackfillName.RevertSource);
        writer.String(id);
        writer.Int64(timeMicros);
        writer.Decimal(quantity);
        writer.String(meter);
        writer.Count(2);
        writer.String("reason");
        writer.String(reason);
        writer.String(Reverts);
        writer.String(backfill);
        return writer.Written.ToArray();
    }
}
