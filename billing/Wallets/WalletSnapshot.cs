// A wallet's state in packed form: a cache that a start may use instead of the rows that it stands for.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>
/// Format 5 (1 knew no refunds, 2 no alerts and no days; 3 no books, 4 no top-ups of its own: still read). An unknown format is no error: the caller
/// replays from the first row instead.
/// </summary>
public static class WalletSnapshot
{
    private const byte Format = 5;
    private const byte WithoutTopUps = 4;
    private const byte WithoutBooks = 3;

    /// <summary>Serialises; nothing undurable may be in the state.</summary>
    public static ReadOnlyMemory<byte> Write(WalletState state)
    {
        var writer = new PackedWriter(256 + (state.Children.Count * 64) + (state.Commands.Count * 48));
        writer.Byte(Format);
        writer.Int64(state.LastRecordedMicros);
        writer.Decimal(state.Paid);
        writer.Decimal(state.UsualLimit);
        PackedFrames.WriteOptional(ref writer, state.TemporaryLimit is null ? null : state.TemporaryUntilMicros);
        if (state.TemporaryLimit is { } temporary) writer.Decimal(temporary);
        PackedFrames.WriteAmounts(ref writer, state.LowWater);
        PackedFrames.WriteAmounts(ref writer, state.Armed);
        WriteChildren(ref writer, state);
        WriteLots(ref writer, state);
        WriteCommands(ref writer, state.Commands);
        writer.Count(state.Transfers.Count);
        foreach (var payment in state.Transfers.Values)
        {
            writer.Int64(payment.RecordedMicros);
            PackedFrames.WritePayment(ref writer, payment);
        }

        writer.Byte(state.Purse is null ? (byte)0 : (byte)1);
        if (state.Purse is { } purse)
        {
            writer.Varint((ulong)purse.Slice);
            foreach (var total in (decimal[])[purse.Received, purse.Returned, purse.Spent, purse.Held, purse.Forced, purse.Refunded]) writer.Decimal(total);
        }

        WriteDays(ref writer, state);
        WalletBooksForm.Write(ref writer, state.Books);
        TopUpForm.Write(ref writer, state.TopUps);
        return writer.Written;
    }

    /// <summary>The state of a wallet with this parent, or null when the format is another one.</summary>
    public static WalletState? Read(ReadOnlySpan<byte> packed, string? parent)
    {
        try
        {
            var reader = new PackedReader(packed);
            var format = reader.Byte();
            if (format is not (Format or WithoutTopUps or WithoutBooks))
                return null;
            var state = ReadState(ref reader, parent);
            if (format > WithoutBooks) WalletBooksForm.Read(ref reader, state.Books);
            if (format > WithoutTopUps) TopUpForm.Read(ref reader, state.TopUps);
            return reader.AtEnd ? state : throw new PackedFormatException("something follows a snapshot");
        }
        catch (OverflowException)
        {
            throw new PackedFormatException("a total is out of range");
        }
    }

    private static WalletState ReadState(ref PackedReader reader, string? parent)
    {
        var state = new WalletState(parent) { LastRecordedMicros = reader.MicrosOfInstant(), Paid = reader.Decimal(), UsualLimit = reader.Decimal() };
        if (WalletReplay.ReadOptional(ref reader) is { } until)
            (state.TemporaryUntilMicros, state.TemporaryLimit) = (until, reader.Decimal());
        state.LowWater = WalletReplay.ReadAmounts(ref reader);
        state.Armed.UnionWith(WalletReplay.ReadAmounts(ref reader));
        ReadChildren(ref reader, state);
        ReadLots(ref reader, state);
        for (var left = reader.Count(); left > 0; left--)
            state.Commands.Add((reader.String(), reader.String()),
                new CommandBody(reader.Decimal(), reader.Decimal(), reader.String(), WalletReplay.ReadOptional(ref reader)));
        for (var left = reader.Count(); left > 0; left--)
        {
            var payment = WalletReplay.ReadPayment(ref reader, reader.MicrosOfInstant());
            WalletState.Fits(state.Transfers.TryAdd(payment.Reference, payment), "a payment is listed twice");
        }

        WalletState.Fits(reader.Byte() == (state.Purse is null ? 0 : 1), "a purse is missing or nobody's");
        state.Purse?.Restore(reader.Int63(), reader.Decimal(), reader.Decimal(), reader.Decimal(), reader.Decimal(), reader.Decimal(), reader.Decimal());
        ReadDays(ref reader, state);
        // Totals that are kept twice must agree, or the cache is not the journal's.
        WalletState.Fits(state.Lots.Balance == state.Paid - state.Forced - state.Children.Values.Sum(child => child.Granted - child.Returned)
            && (state.Purse is null || (state.Purse.Held == state.Out && state.Purse.Available >= 0)), "totals do not agree");
        return state;
    }

    private static void WriteDays(ref PackedWriter writer, WalletState state)
    {
        var daily = state.Daily;
        PackedFrames.WriteOptional(ref writer, daily.Usual);
        PackedFrames.WriteOptional(ref writer, daily.Raised);
        writer.Int64(daily.StartMicros);
        writer.Int64(daily.EndMicros);
        writer.Decimal(daily.SpentBefore);
        writer.Byte(daily.IsReached ? (byte)1 : (byte)0);
        writer.Varint((ulong)state.Alerts);
        writer.Count(state.Alarms.Count);
        foreach (var alert in state.Alarms)
        {
            writer.Varint((ulong)alert.Number);
            writer.Int64(alert.AtMicros);
            writer.Byte((byte)alert.Kind);
            writer.Decimal(alert.Threshold);
            writer.Decimal(alert.Value);
        }
    }

    private static void ReadDays(ref PackedReader reader, WalletState state)
    {
        var daily = state.Daily;
        (daily.Usual, daily.Raised) = (WalletReplay.ReadOptionalAmount(ref reader), WalletReplay.ReadOptionalAmount(ref reader));
        (daily.StartMicros, daily.EndMicros, daily.SpentBefore) = (reader.MicrosOfInstant(), reader.MicrosOfInstant(), reader.Decimal());
        daily.IsReached = reader.Byte() == 1;
        state.Alerts = reader.Int63();
        for (var left = reader.Count(); left > 0; left--)
            state.Alarms.Add(new WalletAlert(reader.Int63(), reader.MicrosOfInstant(), (WalletAlertKind)reader.Byte(), reader.Decimal(), reader.Decimal()));
    }

    private static void WriteChildren(ref PackedWriter writer, WalletState state)
    {
        writer.Count(state.Children.Count);
        foreach (var (name, child) in state.Children)
        {
            writer.String(name);
            writer.Varint((ulong)child.Number);
            foreach (var total in (decimal[])[child.LastAmount, child.Granted, child.Returned, child.Spent, child.Held, child.Forced,
                child.Refunded])
                writer.Decimal(total);
        }
    }

    private static void ReadChildren(ref PackedReader reader, WalletState state)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var name = reader.String();
            var child = new ChildAccount { Number = reader.Int63(), LastAmount = reader.Decimal(), Granted = reader.Decimal(), Returned = reader.Decimal(),
                Spent = reader.Decimal(), Held = reader.Decimal(), Forced = reader.Decimal(),
                Refunded = reader.Decimal() };
            state.Restore(name, child);
            state.Spent += child.Spent;
            state.Forced += child.Forced;
            state.Refunded += child.Refunded;
            state.Out += child.Out;
        }
    }

    private static void WriteLots(ref PackedWriter writer, WalletState state)
    {
        writer.Varint((ulong)state.Credits);
        writer.Count(state.Lots.Lots.Count);
        foreach (var lot in state.Lots.Lots)
        {
            writer.Varint((ulong)lot.Number);
            writer.Int64(lot.ExpiresMicros);
            writer.Decimal(lot.Left);
        }

        writer.Count(state.Lots.Taken.Count);
        foreach (var (lot, amount) in state.Lots.Taken)
        {
            writer.Int64(lot);
            writer.Decimal(amount);
        }
    }

    private static void ReadLots(ref PackedReader reader, WalletState state)
    {
        state.Credits = reader.Int63();
        var (lots, taken) = (new List<CreditLot>(), new List<(long, decimal)>());
        for (var left = reader.Count(); left > 0; left--)
            lots.Add(new CreditLot(reader.Int63(), reader.Int64()) { Left = reader.Decimal() });
        for (var left = reader.Count(); left > 0; left--)
            taken.Add((reader.Int64(), reader.Decimal()));
        state.Lots.Restore(lots, taken);
    }

    private static void WriteCommands(ref PackedWriter writer, CommandLog commands)
    {
        writer.Count(commands.Count);
        foreach (var ((from, reference), body) in commands.All)
        {
            writer.String(from);
            writer.String(reference);
            writer.Decimal(body.Amount);
            writer.Decimal(body.Credited);
            writer.String(body.To);
            PackedFrames.WriteOptional(ref writer, body.ExpiresMicros);
        }
    }
}
