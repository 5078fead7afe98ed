// What a running total is kept for: one leg, charge, price version and period of the event's own time.
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Usage;

/// <summary>Immutable and shared by all subscriptions of a process, so that a cell of a subscription holds one reference.</summary>
public sealed record CellIdentity(string Agreement, string Calendar, string Plan, int PlanVersion, string Charge, string Meter, BillingPeriod Period)
{
    /// <summary>Appends it to an entry or snapshot.</summary>
    public void Write(ref PackedWriter writer)
    {
        writer.String(Agreement);
        writer.String(Calendar);
        writer.String(Plan);
        writer.Count(PlanVersion);
        writer.String(Charge);
        writer.String(Meter);
        writer.String(Period.Label);
        WriteDate(ref writer, Period.From);
        WriteDate(ref writer, Period.To);
        writer.Int64(Micros.Of(Period.Start));
        writer.Int64(Micros.Of(Period.End));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static CellIdentity Read(ref PackedReader reader) =>
        new(reader.String(), reader.String(), reader.String(), reader.Count(), reader.String(), reader.String(), new BillingPeriod(
            reader.String(), ReadDate(ref reader), ReadDate(ref reader), Micros.Instant(reader.Int64()), Micros.Instant(reader.Int64())));

    /// <summary>A date as days since 1970-01-01.</summary>
    internal static void WriteDate(ref PackedWriter writer, NodaTime.LocalDate date) =>
        writer.Int64(NodaTime.Period.DaysBetween(new NodaTime.LocalDate(1970, 1, 1), date));

    /// <summary>Reads what <see cref="WriteDate"/> wrote.</summary>
    internal static NodaTime.LocalDate ReadDate(ref PackedReader reader) => new NodaTime.LocalDate(1970, 1, 1).PlusDays((int)reader.Int64());
}
