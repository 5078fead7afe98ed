// A subscription's state in packed form: a cache that a start may use instead of the rows that it stands for.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Usage;

/// <summary>
/// Format 10 (1 did not know when a seal was recorded, 2 forgot what old periods came to, 3 had no purses and holds, 4 no corrections,
/// 5 no grants, 6 no backfills, 7 not what a seal was decided by, 8 no paid fees).
/// Format 9, which knew nothing of rollover, is read still.
/// An unknown format is no error: the caller replays from the first row instead. A state with readings has them at the end, and says so in the format's
/// first bit.
/// </summary>
public static class SubscriptionSnapshot
{
    private const byte Format = 10;
    private const byte WithoutRollover = 9;
    private const byte WithReadings = 0x80;

    /// <summary>Serialises; nothing undurable may be in the state.</summary>
    public static ReadOnlyMemory<byte> Write(SubscriptionState state)
    {
        var writer = new PackedWriter(256 + (state.Cells.Length * 160) + (state.Ids.Count * 30) + state.Archive.Bytes);
        writer.Byte(state.Readings.IsEmpty ? Format : (byte)(Format | WithReadings));
        writer.Int64(state.LastRecordedMicros);
        writer.Count(state.NextCell);
        writer.Raw(state.Chain);
        WriteCells(ref writer, state);
        WritePurses(ref writer, state);
        HoldFrame.WriteAll(ref writer, state.Holds);
        state.Corrections.Write(ref writer);
        GrantBookPacked.Write(ref writer, state);
        state.Backfills.Write(ref writer);
        state.Fees.Write(ref writer);
        writer.Count(state.Seals.Count);
        foreach (var seal in state.Seals)
        {
            writer.String(seal.Calendar);
            writer.String(seal.Label);
            writer.Int64(Micros.Of(seal.PeriodEnd));
            writer.Varint((ulong)seal.Version);
            writer.Int64(seal.RecordedMicros);
            writer.Count(seal.Basis.Definition);
            writer.Varint((ulong)seal.Basis.FirstUseMicros);
        }

        writer.Int64(state.FirstUseMicros);
        writer.Byte(state.FirstUseIsFixed ? (byte)1 : (byte)0);

        state.Archive.Write(ref writer);
        WriteIds(ref writer, state.Ids.Entries);
        if (!state.Readings.IsEmpty)
            state.Readings.Write(ref writer);
        return writer.Written;
    }

    /// <summary>The state, or null when the format is another one.</summary>
    public static SubscriptionState? Read(ReadOnlySpan<byte> packed)
    {
        var reader = new PackedReader(packed);
        var format = reader.Byte();
        if ((format & ~WithReadings) is not (Format or WithoutRollover))
            return null;
        var state = new SubscriptionState { LastRecordedMicros = reader.Int64(), NextCell = reader.Count() };
        state.Restore(reader.Take(state.Chain.Length));
        ReadCells(ref reader, state);
        ReadPurses(ref reader, state);
        HoldFrame.ReadAll(ref reader, state.Holds);
        state.Corrections.Read(ref reader);
        GrantBookPacked.Read(ref reader, state, knowsRollover: (format & ~WithReadings) == Format);
        state.Backfills.Read(ref reader);
        state.Fees.Read(ref reader);
        for (var left = reader.Count(); left > 0; left--)
        {
            state.Seals.Add(new SealMark(reader.String(), reader.String(), reader.Instant(), reader.Int63(), reader.Int64(),
                new SealBasis(reader.Count(), reader.Int63())));
        }

        state.RestoreFirstUse(reader.Int64(), reader.Byte() != 0);
        state.Archive.Read(ref reader);
        ReadIds(ref reader, state.Ids);
        if ((format & WithReadings) != 0)
            state.Readings.Read(ref reader);
        return reader.AtEnd ? state : throw new PackedFormatException("something follows a snapshot");
    }

    private static void WritePurses(ref PackedWriter writer, SubscriptionState state)
    {
        writer.Count(state.Purses.Count);
        foreach (var purse in state.Purses)
        {
            writer.String(purse.Wallet);
            writer.Byte(purse.CountsUnits ? (byte)1 : (byte)0);
            writer.Varint((ulong)purse.Slice);
            foreach (var total in (ReadOnlySpan<decimal>)[purse.Received, purse.Returned, purse.Spent, purse.Held, purse.Forced, purse.Refunded])
                writer.Decimal(total);
        }
    }

    private static void ReadPurses(ref PackedReader reader, SubscriptionState state)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var purse = new Purse(reader.String(), state.Purses.Count + 1, reader.Byte() != 0);
            purse.Restore(reader.Int63(), reader.Decimal(), reader.Decimal(), reader.Decimal(), reader.Decimal(), reader.Decimal(), reader.Decimal());
            state.Purses.Add(purse);
        }

        foreach (ref readonly var cell in state.Cells)
        {
            if (!cell.IsCovered && cell.Purse > state.Purses.Count)
                throw new PackedFormatException($"purse {cell.Purse} is not open");
        }
    }

    private static void WriteCells(ref PackedWriter writer, SubscriptionState state)
    {
        writer.Count(state.Cells.Length);
        foreach (ref readonly var cell in state.Cells)
        {
            writer.Count(cell.Number);
            writer.Count(cell.Purse);
            cell.Identity.Write(ref writer);
            writer.Varint((ulong)cell.Count);
            writer.Decimal(cell.Quantity);
            writer.Decimal(cell.Amount);
            writer.Varint((ulong)cell.SealedCount);
            writer.Decimal(cell.SealedQuantity);
            writer.Decimal(cell.SealedAmount);
        }
    }

    private static void ReadCells(ref PackedReader reader, SubscriptionState state)
    {
        var last = -1;
        for (var left = reader.Count(); left > 0; left--)
        {
            var number = reader.Count();
            if (number >= state.NextCell || number <= last)
                throw new PackedFormatException($"cell {number} is out of order");
            last = number;
            state.AddCell(new UsageCell
            {
                Number = number,
                Purse = reader.Count(),
                Identity = CellIdentity.Read(ref reader),
                Count = reader.Int63(),
                Quantity = reader.Decimal(),
                Amount = reader.Decimal(),
                SealedCount = reader.Int63(),
                SealedQuantity = reader.Decimal(),
                SealedAmount = reader.Decimal(),
            });
        }
    }

    private static void WriteIds(ref PackedWriter writer, ReadOnlySpan<EventIdEntry> ids)
    {
        writer.Count(ids.Length);
        foreach (ref readonly var id in ids)
        {
            writer.UInt64(unchecked((ulong)id.IdHash));
            writer.UInt64(unchecked((ulong)(id.IdHash >> 64)));
            writer.PatchInt32(writer.Reserve(4), unchecked((int)id.BodyHash));
            writer.Varint((ulong)id.Version);
            writer.Int64(id.Day);
        }
    }

    private static int Day(long day) => day is >= int.MinValue and <= int.MaxValue ? (int)day : throw new PackedFormatException("a day is out of range");

    private static void ReadIds(ref PackedReader reader, EventIdLog ids)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var low = reader.UInt64();
            ids.Add(new EventIdEntry
            {
                IdHash = new UInt128(reader.UInt64(), low),
                BodyHash = unchecked((uint)reader.Int32()),
                Version = reader.Int63(),
                Day = Day(reader.Int64()),
            });
        }
    }
}
