// Rebuilds a wallet's state from its journal rows, and reads its facts one by one.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>Anything that is not known or does not fit is a <see cref="PackedFormatException"/>.</summary>
public static class WalletReplay
{
    /// <summary>Applies one durable row.</summary>
    public static void Apply(WalletState state, ReadOnlySpan<byte> frames)
    {
        try
        {
            foreach (var fact in Read(frames)) state.Apply(fact);
        }
        catch (OverflowException)
        {
            throw new PackedFormatException("a total is out of range");
        }
    }

    /// <summary>The facts of a row, in order.</summary>
    public static IReadOnlyList<WalletFact> Read(ReadOnlySpan<byte> frames)
    {
        var facts = new List<WalletFact>();
        var reader = new PackedReader(frames);
        while (!reader.AtEnd)
        {
            var (kind, format) = ((WalletFrameKind)reader.Byte(), reader.Byte());
            var other = format == PackedFrames.OtherFormat && kind is (WalletFrameKind.ChildSettled or WalletFrameKind.CreditAdded or WalletFrameKind.PaidOut);
            if (format != PackedFrames.Format && !other)
                throw new PackedFormatException($"frame kind {(byte)kind}, format {format} is not known");
            var content = new PackedReader(reader.Take(reader.Int32()));
            var fact = ReadFact(kind, ref content);
            facts.Add(other ? ReadOther(fact, ref content) : fact);
            if (!content.AtEnd) throw new PackedFormatException("something follows a fact");
        }

        return facts;
    }

    private static WalletFact ReadOther(WalletFact fact, ref PackedReader content) => fact switch
    {
        ChildSettled settled => settled with { Refunded = content.Decimal() },
        CreditAdded credit => credit with { IsGiven = true },
        PaidOut payment => payment with { Bought = true },
        _ => throw new ArgumentException($"{fact.GetType().Name} has one format.", nameof(fact)),
    };

    internal static PaidOut ReadPayment(ref PackedReader reader, long recorded) =>
        new(recorded, reader.String(), reader.String(), reader.Decimal(), reader.Decimal(), reader.String());

    internal static decimal[] ReadAmounts(ref PackedReader reader)
    {
        var count = reader.Count();
        if (count > WalletRules.LowWaterMax) throw new PackedFormatException("too many amounts");
        var amounts = new decimal[count];
        for (var i = 0; i < count; i++) amounts[i] = reader.Decimal();
        return amounts;
    }

    internal static long? ReadOptional(ref PackedReader reader) => reader.Byte() switch
    {
        0 => null,
        1 => reader.MicrosOfInstant(),
        _ => throw new PackedFormatException("neither given nor left out"),
    };

    internal static decimal? ReadOptionalAmount(ref PackedReader reader) => reader.Byte() switch
    {
        0 => null,
        1 => reader.Decimal(),
        _ => throw new PackedFormatException("neither given nor left out"),
    };

    private static WalletFact ReadFact(WalletFrameKind kind, ref PackedReader reader)
    {
        var recorded = reader.MicrosOfInstant();
        return kind switch
        {
            WalletFrameKind.SliceGranted => new SliceGranted(recorded, reader.String(), reader.Int63(), reader.Decimal()),
            WalletFrameKind.ChildSettled =>
                new ChildSettled(recorded, reader.String(), reader.Decimal(), reader.Decimal(), reader.Decimal(), reader.Decimal()),
            WalletFrameKind.CreditAdded =>
                new CreditAdded(recorded, reader.String(), reader.String(), reader.Decimal(), ReadOptional(ref reader), reader.String()),
            WalletFrameKind.PaidOut => ReadPayment(ref reader, recorded),
            WalletFrameKind.PaymentArrived => new PaymentArrived(recorded, reader.String()),
            WalletFrameKind.LimitsSet => ReadLimits(ref reader, recorded),
            WalletFrameKind.TemporaryLimitEnded => new TemporaryLimitEnded(recorded),
            WalletFrameKind.CreditExpired => new CreditExpired(recorded, reader.Int63(), reader.Decimal()),
            WalletFrameKind.FellBelow => new FellBelow(recorded, ReadAmounts(ref reader)),
            WalletFrameKind.ParentSliceReceived => new ParentSliceReceived(recorded, reader.Int63(), reader.Decimal()),
            WalletFrameKind.ParentSliceReturned => new ParentSliceReturned(recorded, reader.Decimal()),
            WalletFrameKind.AlertsTold => new AlertsTold(recorded, reader.Int63()),
            WalletFrameKind.DailyLimitSet => new DailyLimitSet(recorded, ReadOptionalAmount(ref reader)),
            WalletFrameKind.DayBegan => new DayBegan(recorded, reader.MicrosOfInstant(), reader.MicrosOfInstant()),
            WalletFrameKind.DailyLimitRaised => new DailyLimitRaised(recorded, reader.String(), reader.Decimal(), reader.String()),
            WalletFrameKind.DailyLimitReached => new DailyLimitReached(recorded),
            WalletFrameKind.BooksBegan => new BooksBegan(recorded, reader.String(), reader.Decimal()),
            WalletFrameKind.MoneyBooked => new MoneyBooked(recorded, reader.Int63()),
            WalletFrameKind.Withdrawn => new Withdrawn(recorded, reader.String(), reader.Decimal(), reader.String()),
            _ => TopUpForm.Read(kind, recorded, ref reader),
        };
    }

    private static LimitsSet ReadLimits(ref PackedReader reader, long recorded)
    {
        var (limit, until) = (reader.Decimal(), ReadOptional(ref reader));
        return new LimitsSet(recorded, limit, until is null ? null : reader.Decimal(), until ?? 0, ReadAmounts(ref reader));
    }
}
