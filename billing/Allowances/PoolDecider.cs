// Several months that were paid ahead as one pool of units: what each of them includes is given at once, for all of them. Deterministic, no I/O.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>
/// Domain 1.3: multi-month prepayment gives one allowance per month, not one pool (switchable). Where a charge says <c>prepaid_pool</c>, the included units of
/// every month of a prepayment become a grant that lasts as long as all of them; a month itself has them no more.
/// </summary>
public static class PoolDecider
{
    /// <summary>
    /// The frame that gives what is not given yet; empty: nothing. The state has changed then, and the frame must be appended in the same turn.
    /// </summary>
    public static ReadOnlyMemory<byte> Fill(SubscriptionState state, SubscriptionTerms terms, long nowMicros)
    {
        if (!terms.HasPools)
            return default;
        var carried = new List<CarriedUnits>();
        foreach (var fee in PrepaidFee.Of(terms.Definition))
        {
            if (terms.Legs.FirstOrDefault(leg => leg.AgreementId == fee.Agreement) is { HasPools: true } leg)
                OfFee(state, leg, fee, carried);
        }

        return carried.Count == 0 ? default : PoolFrame.Write(state, carried, Math.Max(nowMicros, state.LastRecordedMicros));
    }

    // A month is paid for if its last day is: the first may have begun before.
    private static void OfFee(SubscriptionState state, LegRater leg, PrepaidFee fee, List<CarriedUnits> carried)
    {
        var sealedUntil = state.NewestSeal(leg.Agreement.Calendar)?.PeriodEnd ?? Instant.MinValue;
        var periods = new List<BillingPeriod>();
        for (var period = leg.Calendar.PeriodContaining(fee.From); period.To <= fee.To; period = leg.Calendar.Next(period))
            periods.Add(period);
        foreach (var period in periods)
        {
            if (period.End <= sealedUntil || leg.Plan.At(period.End - Duration.Epsilon) is not { } version)
                continue;
            foreach (var charge in version.Version.Charges.OfType<UsageCharge>())
            {
                var identity = new CellIdentity(leg.AgreementId, leg.Agreement.Calendar, leg.PlanOf(version), version.Number, charge.Id, charge.Meter, period);
                if (charge.PrepaidPool != true || state.CarriedOut.Exists(units => units.IsOf(identity)))
                    continue;
                var left = charge.Included - state.UsedOf(identity);
                if (left > 0)
                    carried.Add(new CarriedUnits(state.Grants.Next + carried.Count, identity.Agreement, identity.Plan, version.Number, charge.Id, charge.Meter,
                        RolloverRules.KindOf(charge), period.Label, period.Start, period.End, periods[0].Start, periods[^1].End, left, 0, 0) { IsPool = true });
            }
        }
    }
}

/// <summary>Frame kind 7, format 1: when recorded, then the units (<see cref="CarriedUnits"/>).</summary>
internal static class PoolFrame
{
    internal const byte Format = 1;

    public static ReadOnlyMemory<byte> Write(SubscriptionState state, IReadOnlyList<CarriedUnits> carried, long recordedMicros)
    {
        Apply(state, carried, recordedMicros);
        var writer = new PackedWriter(64 + (carried.Count * 128));
        FrameHead.Begin(ref writer, FrameKind.Pool, Format);
        writer.Int64(recordedMicros);
        CarriedUnits.WriteAll(ref writer, carried);
        FrameHead.End(ref writer);
        return writer.Written;
    }

    public static void Apply(SubscriptionState state, ReadOnlySpan<byte> content)
    {
        var carried = Read(content, out var recorded);
        Apply(state, carried, recorded);
    }

    public static IReadOnlyList<CarriedUnits> Read(ReadOnlySpan<byte> content, out long recordedMicros)
    {
        var reader = new PackedReader(content);
        recordedMicros = reader.Int64();
        var carried = CarriedUnits.ReadAll(ref reader);
        return reader.AtEnd ? carried : throw new PackedFormatException("something follows a pool");
    }

    private static void Apply(SubscriptionState state, IReadOnlyList<CarriedUnits> carried, long recordedMicros)
    {
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, recordedMicros);
        foreach (var units in carried)
            units.Apply(state, recordedMicros);
    }
}
