// A wallet's facts in their packed form: kind, format and length in front, as every frame of the journal has them.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>Kinds of frames in a wallet's stream. Journaled: never renumber.</summary>
public enum WalletFrameKind : byte
{
    /// <summary><see cref="Wallets.SliceGranted"/>.</summary>
    SliceGranted = 32,
    /// <summary><see cref="Wallets.ChildSettled"/>.</summary>
    ChildSettled = 33,
    /// <summary><see cref="Wallets.CreditAdded"/>.</summary>
    CreditAdded = 34,
    /// <summary><see cref="Wallets.PaidOut"/>.</summary>
    PaidOut = 35,
    /// <summary><see cref="Wallets.PaymentArrived"/>.</summary>
    PaymentArrived = 36,
    /// <summary><see cref="Wallets.LimitsSet"/>.</summary>
    LimitsSet = 37,
    /// <summary><see cref="Wallets.TemporaryLimitEnded"/>.</summary>
    TemporaryLimitEnded = 38,
    /// <summary><see cref="Wallets.CreditExpired"/>.</summary>
    CreditExpired = 39,
    /// <summary><see cref="Wallets.FellBelow"/>.</summary>
    FellBelow = 40,
    /// <summary><see cref="Wallets.ParentSliceReceived"/>.</summary>
    ParentSliceReceived = 41,
    /// <summary><see cref="Wallets.ParentSliceReturned"/>.</summary>
    ParentSliceReturned = 42,
    /// <summary><see cref="Wallets.AlertsTold"/>.</summary>
    AlertsTold = 43,
    /// <summary><see cref="Wallets.DailyLimitSet"/>.</summary>
    DailyLimitSet = 44,
    /// <summary><see cref="Wallets.DayBegan"/>.</summary>
    DayBegan = 45,
    /// <summary><see cref="Wallets.DailyLimitRaised"/>.</summary>
    DailyLimitRaised = 46,
    /// <summary><see cref="Wallets.DailyLimitReached"/>.</summary>
    DailyLimitReached = 47,
    /// <summary><see cref="Wallets.BooksBegan"/>.</summary>
    BooksBegan = 48,
    /// <summary><see cref="Wallets.MoneyBooked"/>.</summary>
    MoneyBooked = 49,
    /// <summary><see cref="Wallets.Withdrawn"/>.</summary>
    Withdrawn = 50,
    /// <summary><see cref="Wallets.TopUpRuleSet"/>.</summary>
    TopUpRuleSet = 51,
    /// <summary><see cref="Wallets.TopUpAsked"/>.</summary>
    TopUpAsked = 52,
    /// <summary><see cref="Wallets.TopUpEnded"/>.</summary>
    TopUpEnded = 53,
    /// <summary><see cref="Wallets.TopUpsResumed"/>.</summary>
    TopUpsResumed = 54,
}

/// <summary>
/// Frames of one append, one per fact. Format 1 of every kind: recorded time, then the fact's members in order. Format 2 of
/// <see cref="ChildSettled"/>, where something was refunded: that total at the end; of <see cref="CreditAdded"/>: it was given for nothing; of
/// <see cref="PaidOut"/>: it has bought units.
/// </summary>
internal sealed class PackedFrames
{
    internal const byte Format = 1;
    internal const byte OtherFormat = 2;
    private PackedWriter all = new(256);

    /// <summary>All frames so far.</summary>
    public ReadOnlyMemory<byte> Written => all.Written;

    /// <summary>Adds one.</summary>
    public void Add(WalletFact fact)
    {
        var writer = new PackedWriter(128);
        FrameHead.Begin(ref writer, (FrameKind)KindOf(fact), FormatOf(fact));
        writer.Int64(fact.RecordedMicros);
        WriteMembers(ref writer, fact);
        FrameHead.End(ref writer);
        all.Raw(writer.Written.Span);
    }

    private static byte FormatOf(WalletFact fact) =>
        fact is ChildSettled { Refunded: > 0 } or CreditAdded { IsGiven: true } or PaidOut { Bought: true } ? OtherFormat : Format;

    private static WalletFrameKind KindOf(WalletFact fact) => fact switch
    {
        SliceGranted => WalletFrameKind.SliceGranted,
        ChildSettled => WalletFrameKind.ChildSettled,
        CreditAdded => WalletFrameKind.CreditAdded,
        PaidOut => WalletFrameKind.PaidOut,
        PaymentArrived => WalletFrameKind.PaymentArrived,
        LimitsSet => WalletFrameKind.LimitsSet,
        TemporaryLimitEnded => WalletFrameKind.TemporaryLimitEnded,
        CreditExpired => WalletFrameKind.CreditExpired,
        FellBelow => WalletFrameKind.FellBelow,
        ParentSliceReceived => WalletFrameKind.ParentSliceReceived,
        ParentSliceReturned => WalletFrameKind.ParentSliceReturned,
        AlertsTold => WalletFrameKind.AlertsTold,
        DailyLimitSet => WalletFrameKind.DailyLimitSet,
        DayBegan => WalletFrameKind.DayBegan,
        DailyLimitRaised => WalletFrameKind.DailyLimitRaised,
        DailyLimitReached => WalletFrameKind.DailyLimitReached,
        BooksBegan => WalletFrameKind.BooksBegan,
        MoneyBooked => WalletFrameKind.MoneyBooked,
        Withdrawn => WalletFrameKind.Withdrawn,
        TopUpRuleSet => WalletFrameKind.TopUpRuleSet,
        TopUpAsked => WalletFrameKind.TopUpAsked,
        TopUpEnded => WalletFrameKind.TopUpEnded,
        TopUpsResumed => WalletFrameKind.TopUpsResumed,
        _ => throw new ArgumentException($"{fact.GetType().Name} is no fact of a wallet.", nameof(fact)),
    };

    private static void WriteMembers(ref PackedWriter writer, WalletFact fact)
    {
        switch (fact)
        {
            case SliceGranted granted:
                writer.String(granted.Child);
                writer.Varint((ulong)granted.Number);
                writer.Decimal(granted.Amount);
                break;
            case ChildSettled settled:
                writer.String(settled.Child);
                writer.Decimal(settled.Returned);
                writer.Decimal(settled.Spent);
                writer.Decimal(settled.Held);
                writer.Decimal(settled.Forced);
                if (settled.Refunded > 0) writer.Decimal(settled.Refunded);
                break;
            case CreditAdded credit:
                writer.String(credit.From);
                writer.String(credit.Reference);
                writer.Decimal(credit.Amount);
                WriteOptional(ref writer, credit.ExpiresMicros);
                writer.String(credit.Actor);
                break;
            case PaidOut payment: WritePayment(ref writer, payment); break;
            case PaymentArrived arrived: writer.String(arrived.Reference); break;
            case LimitsSet limits:
                writer.Decimal(limits.CreditLimit);
                WriteOptional(ref writer, limits.TemporaryLimit is null ? null : limits.UntilMicros);
                if (limits.TemporaryLimit is { } temporary) writer.Decimal(temporary);
                WriteAmounts(ref writer, limits.LowWater);
                break;
            case CreditExpired expired:
                writer.Varint((ulong)expired.Credit);
                writer.Decimal(expired.Amount);
                break;
            case FellBelow fell: WriteAmounts(ref writer, fell.Amounts); break;
            case ParentSliceReceived slice:
                writer.Varint((ulong)slice.Number);
                writer.Decimal(slice.Amount);
                break;
            case ParentSliceReturned back: writer.Decimal(back.Amount); break;
            case AlertsTold told: writer.Varint((ulong)told.Through); break;
            case DailyLimitSet daily: WriteOptional(ref writer, daily.Limit); break;
            case DayBegan day:
                writer.Int64(day.StartMicros);
                writer.Int64(day.EndMicros);
                break;
            case DailyLimitRaised raised:
                writer.String(raised.Reference);
                writer.Decimal(raised.Limit);
                writer.String(raised.Actor);
                break;
            default: WriteBooks(ref writer, fact); break;
        }
    }

    private static void WriteBooks(ref PackedWriter writer, WalletFact fact)
    {
        switch (fact)
        {
            case BooksBegan began:
                writer.String(began.Account);
                writer.Decimal(began.Paid);
                break;
            case MoneyBooked booked: writer.Varint((ulong)booked.Through); break;
            case Withdrawn withdrawn:
                writer.String(withdrawn.Reference);
                writer.Decimal(withdrawn.Amount);
                writer.String(withdrawn.Actor);
                break;
            case TopUpFact topUp: TopUpForm.Write(ref writer, topUp); break;
        }
    }

    /// <summary>A payment's members; a snapshot lists those that are pending in the same form.</summary>
    internal static void WritePayment(ref PackedWriter writer, PaidOut payment)
    {
        writer.String(payment.Reference);
        writer.String(payment.To);
        writer.Decimal(payment.Amount);
        writer.Decimal(payment.Credited);
        writer.String(payment.Actor);
    }

    internal static void WriteOptional(ref PackedWriter writer, long? micros)
    {
        writer.Byte(micros is null ? (byte)0 : (byte)1);
        if (micros is { } given) writer.Int64(given);
    }

    internal static void WriteOptional(ref PackedWriter writer, decimal? amount)
    {
        writer.Byte(amount is null ? (byte)0 : (byte)1);
        if (amount is { } given) writer.Decimal(given);
    }

    internal static void WriteAmounts(ref PackedWriter writer, IReadOnlyCollection<decimal> amounts)
    {
        writer.Count(amounts.Count);
        foreach (var amount in amounts) writer.Decimal(amount);
    }
}
