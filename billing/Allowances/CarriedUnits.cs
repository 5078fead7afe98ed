// Included units that leave their period, for the next one or for a pool of several: as journaled, and what that does to the state.
using NodaTime;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>
/// They become a grant of their own. It covers events of the period that they come from too, if these come after the seal: the units are theirs as long as
/// nobody has used them.
/// </summary>
/// <param name="Grant">Number of the new grant.</param>
/// <param name="Agreement">Names the leg.</param>
/// <param name="Plan">The plan in force when the period ended.</param>
/// <param name="PlanVersion">Its version then.</param>
/// <param name="Charge">The charge that includes them.</param>
/// <param name="Meter">What they are units of.</param>
/// <param name="Kind">Of what within the meter (<see cref="RolloverRules.KindOf"/>).</param>
/// <param name="Period">Label of the period that they come from.</param>
/// <param name="Start">First instant of that period.</param>
/// <param name="End">End (exclusive) of that period.</param>
/// <param name="From">First instant of the events that they cover.</param>
/// <param name="Expires">End (exclusive) of the events that they cover.</param>
/// <param name="FromIncluded">Units that the period's own allowance had left.</param>
/// <param name="FromGrant">Units that were carried into that period before: their grant's number; 0: none.</param>
/// <param name="FromLot">How many of these go on.</param>
public sealed record CarriedUnits(int Grant, string Agreement, string Plan, int PlanVersion, string Charge, string Meter, string Kind, string Period,
    Instant Start, Instant End, Instant From, Instant Expires, decimal FromIncluded, int FromGrant, decimal FromLot)
{
    /// <summary>Given together with other months that were paid ahead; else rolled over when the period was sealed.</summary>
    public bool IsPool { get; init; }

    /// <summary>All of them.</summary>
    public decimal Quantity => FromIncluded + FromLot;

    /// <summary>The grant that they become. Its id has a slash, so no caller has chosen it.</summary>
    internal Grant ToGrant(long recordedMicros) => new(Grant, new GrantRequest(string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{(IsPool ? "pool" : "rollover")}/{Grant}"), Agreement, Meter, Quantity, 0, Micros.Of(From), Micros.Of(Expires), 0, ExhaustedPolicy.Overage, null),
        recordedMicros, Micros.Of(From)) { Origin = this };

    /// <summary>Moves them: what they come from has them no more.</summary>
    internal void Apply(SubscriptionState state, long recordedMicros)
    {
        try
        {
            if (FromGrant != 0)
                state.Grants.At(FromGrant).CarryOn(FromLot);
            state.Grants.Add(ToGrant(recordedMicros));
            if (FromIncluded > 0)
                state.CarriedOut.Add(new CarriedOut(Agreement, Plan, Charge, Meter, Period, Start, End, FromIncluded));
        }
        catch (InvalidOperationException fault)
        {
            throw new PackedFormatException(fault.Message);
        }
    }

    internal static void WriteAll(ref PackedWriter writer, IReadOnlyList<CarriedUnits> all)
    {
        writer.Count(all.Count);
        foreach (var one in all)
            one.Write(ref writer);
    }

    internal static IReadOnlyList<CarriedUnits> ReadAll(ref PackedReader reader)
    {
        var all = new List<CarriedUnits>();
        for (var left = reader.Count(); left > 0; left--)
            all.Add(Read(ref reader));
        return all;
    }

    internal void Write(ref PackedWriter writer)
    {
        writer.Count(Grant);
        writer.String(Agreement);
        writer.String(Plan);
        writer.Count(PlanVersion);
        foreach (var text in (ReadOnlySpan<string>)[Charge, Meter, Kind, Period])
            writer.String(text);
        foreach (var instant in (ReadOnlySpan<Instant>)[Start, End, From, Expires])
            writer.Int64(Micros.Of(instant));
        writer.Decimal(FromIncluded);
        writer.Count(FromGrant);
        writer.Decimal(FromLot);
        writer.Byte(IsPool ? (byte)1 : (byte)0);
    }

    internal static CarriedUnits Read(ref PackedReader reader)
    {
        var read = new CarriedUnits(reader.Count(), reader.String(), reader.String(), reader.Count(), reader.String(), reader.String(), reader.String(),
            reader.String(), reader.Instant(), reader.Instant(), reader.Instant(), reader.Instant(), reader.Decimal(), reader.Count(), reader.Decimal())
        {
            IsPool = reader.Byte() != 0,
        };
        return read is { FromIncluded: >= 0, FromLot: >= 0, Quantity: > 0 } && read.FromGrant < read.Grant ? read
            : throw new PackedFormatException($"grant {read.Grant} cannot be carried over");
    }
}

/// <summary>Included units that a period has given to the next one, so it has them no more.</summary>
internal sealed record CarriedOut(string Agreement, string Plan, string Charge, string Meter, string Period, Instant PeriodStart, Instant PeriodEnd,
    decimal Quantity)
{
    /// <summary>Whether they were the allowance that prices go by here.</summary>
    public bool IsOf(CellIdentity identity) =>
        Charge == identity.Charge && Agreement == identity.Agreement && Plan == identity.Plan && PeriodStart == identity.Period.Start;
}
