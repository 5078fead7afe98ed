// A fee that was paid from a purse, as the subscription's stream has it.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Fees;

/// <summary>
/// Frame kind 6, format 1: when it was paid, agreement, charge, first and last day, purse, amount; below 0 it is given back. Only money pays fees.
/// </summary>
public static class FeeFrame
{
    internal const byte Format = 1;

    /// <summary>Pays: the state changes, and the frame must be appended in the same turn.</summary>
    internal static ReadOnlyMemory<byte> Pay(SubscriptionState state, PaidFee fee)
    {
        Apply(state, fee);
        var writer = new PackedWriter(128);
        FrameHead.Begin(ref writer, FrameKind.Fee, Format);
        Write(ref writer, fee);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    internal static PaidFee Read(ReadOnlySpan<byte> content)
    {
        var reader = new PackedReader(content);
        var fee = ReadFee(ref reader);
        return reader.AtEnd ? fee : throw new PackedFormatException("something follows a fee");
    }

    internal static void Apply(SubscriptionState state, ReadOnlySpan<byte> content)
    {
        try
        {
            Apply(state, Read(content));
        }
        catch (Exception fault) when (fault is InvalidOperationException or OverflowException)
        {
            throw new PackedFormatException(fault.Message);
        }
    }

    internal static void Write(ref PackedWriter writer, PaidFee fee)
    {
        writer.Int64(fee.AtMicros);
        writer.String(fee.Agreement);
        writer.String(fee.Charge);
        CellIdentity.WriteDate(ref writer, fee.From);
        CellIdentity.WriteDate(ref writer, fee.To);
        writer.Count(fee.Purse);
        writer.Decimal(fee.Amount);
    }

    internal static PaidFee ReadFee(ref PackedReader reader)
    {
        var at = reader.Int64();
        return new PaidFee(reader.String(), reader.String(), CellIdentity.ReadDate(ref reader), CellIdentity.ReadDate(ref reader), reader.Count(),
            reader.Decimal(), at);
    }

    private static void Apply(SubscriptionState state, PaidFee fee)
    {
        var purse = state.PurseAt(fee.Purse);
        if (purse.CountsUnits)
            throw new PackedFormatException($"wallet {purse.Wallet} has units, which pay no fee");
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, fee.AtMicros);
        purse.Take(fee.Amount);
        state.Fees.Pay(fee);
    }
}
