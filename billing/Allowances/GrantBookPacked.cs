// The grants of a subscription in its snapshot.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>
/// Number of the newest grant; then each of them, led by 0 (a package) or 1 (units that were carried over) since there are such; then what periods have
/// carried out.
/// </summary>
internal static class GrantBookPacked
{
    public static void Write(ref PackedWriter writer, SubscriptionState state)
    {
        writer.Count(state.Grants.Next - 1);
        writer.Count(state.Grants.All.Count);
        foreach (var grant in state.Grants.All)
        {
            writer.Byte(grant.Origin is null ? (byte)0 : (byte)1);
            if (grant.Origin is { } origin)
            {
                origin.Write(ref writer);
                writer.Int64(grant.GrantedMicros);
            }
            else
            {
                GrantFrame.WriteGrant(ref writer, grant);
                GrantFrame.WriteRollover(ref writer, grant);
            }

            foreach (var units in (ReadOnlySpan<decimal>)[grant.Used, grant.Held, grant.CarriedOn])
                writer.Decimal(units);
            writer.Int64(grant.LastUseMicros);
        }

        writer.Count(state.CarriedOut.Count);
        foreach (var one in state.CarriedOut)
        {
            foreach (var text in (ReadOnlySpan<string>)[one.Agreement, one.Plan, one.Charge, one.Meter, one.Period])
                writer.String(text);
            writer.Int64(Micros.Of(one.PeriodStart));
            writer.Int64(Micros.Of(one.PeriodEnd));
            writer.Decimal(one.Quantity);
        }
    }

    public static void Read(ref PackedReader reader, SubscriptionState state, bool knowsRollover)
    {
        var newest = reader.Count();
        for (var left = reader.Count(); left > 0; left--)
        {
            var grant = knowsRollover ? Read(ref reader) : GrantFrame.ReadGrant(ref reader);
            state.Grants.Restore(grant);
            var (used, held) = (reader.Decimal(), reader.Decimal());
            grant.Restore(used, held, knowsRollover ? reader.Decimal() : 0, reader.Int64());
        }

        state.Grants.RestoreNewest(newest);
        for (var left = knowsRollover ? reader.Count() : 0; left > 0; left--)
        {
            state.CarriedOut.Add(new CarriedOut(reader.String(), reader.String(), reader.String(), reader.String(), reader.String(), reader.Instant(),
                reader.Instant(), reader.Decimal()));
        }
    }

    private static Grant Read(ref PackedReader reader) => reader.Byte() switch
    {
        0 => GrantFrame.ReadRollover(ref reader, GrantFrame.ReadGrant(ref reader)),
        1 => CarriedUnits.Read(ref reader).ToGrant(reader.Int64()),
        _ => throw new PackedFormatException("a grant is of no known kind"),
    };
}
