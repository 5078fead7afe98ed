// Facts of automatic top-ups, and how far they have come, in packed form.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

internal static class TopUpForm
{
    public static void Write(ref PackedWriter writer, TopUpFact fact)
    {
        switch (fact)
        {
            case TopUpRuleSet set: WriteRule(ref writer, set.Rule); break;
            case TopUpAsked asked: WriteAsked(ref writer, asked); break;
            case TopUpEnded ended:
                writer.Varint((ulong)ended.Number);
                writer.Decimal(ended.Amount);
                break;
            case TopUpsResumed resumed: writer.String(resumed.Actor); break;
            default: throw new ArgumentException($"{fact.GetType().Name} is no fact of top-ups.", nameof(fact));
        }
    }

    public static TopUpFact Read(WalletFrameKind kind, long recorded, ref PackedReader reader) => kind switch
    {
        WalletFrameKind.TopUpRuleSet => new TopUpRuleSet(recorded, ReadRule(ref reader)),
        WalletFrameKind.TopUpAsked => ReadAsked(recorded, ref reader),
        WalletFrameKind.TopUpEnded => new TopUpEnded(recorded, reader.Int63(), reader.Decimal()),
        WalletFrameKind.TopUpsResumed => new TopUpsResumed(recorded, reader.String()),
        _ => throw new PackedFormatException($"frame kind {(byte)kind} is not known in a wallet"),
    };

    public static void Write(ref PackedWriter writer, TopUpPlan plan)
    {
        WriteRule(ref writer, plan.Rule);
        writer.Varint((ulong)plan.Numbered);
        writer.Byte(plan.IsDeclined ? (byte)1 : (byte)0);
        writer.Varint((ulong)plan.Today);
        writer.Int64(plan.DayEndMicros);
        PackedFrames.WriteOptional(ref writer, plan.Open?.RecordedMicros);
        if (plan.Open is { } open) WriteAsked(ref writer, open);
    }

    public static void Read(ref PackedReader reader, TopUpPlan plan)
    {
        plan.Rule = ReadRule(ref reader);
        (plan.Numbered, plan.IsDeclined, plan.Today, plan.DayEndMicros) = (reader.Int63(), reader.Byte() == 1, (int)reader.Int63(), reader.MicrosOfInstant());
        if (WalletReplay.ReadOptional(ref reader) is { } recorded) plan.Open = ReadAsked(recorded, ref reader);
        WalletState.Fits(plan.Open is null || plan.Open.Number == plan.Numbered, "a top-up is open that is not the newest");
    }

    private static void WriteRule(ref PackedWriter writer, AutoTopUp? rule)
    {
        writer.Byte(rule is null ? (byte)0 : (byte)1);
        if (rule is null) return;
        writer.Decimal(rule.Below);
        writer.Decimal(rule.Amount);
        writer.Varint((ulong)rule.PerDay);
    }

    private static AutoTopUp? ReadRule(ref PackedReader reader) => reader.Byte() switch
    {
        0 => null,
        1 => new AutoTopUp { Below = reader.Decimal(), Amount = reader.Decimal(), PerDay = (int)reader.Int63() },
        _ => throw new PackedFormatException("neither given nor left out"),
    };

    private static void WriteAsked(ref PackedWriter writer, TopUpAsked asked)
    {
        writer.Varint((ulong)asked.Number);
        writer.Decimal(asked.Below);
        writer.Decimal(asked.Amount);
        writer.Int64(asked.DayEndMicros);
    }

    private static TopUpAsked ReadAsked(long recorded, ref PackedReader reader) =>
        new(recorded, reader.Int63(), reader.Decimal(), reader.Decimal(), reader.MicrosOfInstant());
}
