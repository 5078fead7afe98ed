// What a running total is kept for: one leg, charge, price version and period of the event's own time.
using NodaTime;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Usage;

/// <summary>Immutable and shared by all subscriptions of a process, so that a cell of a subscription holds one reference.</summary>
public sealed record CellIdentity(string Agreement, string Calendar, string Plan, int PlanVersion, string Charge, string Meter, BillingPeriod Period)
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);
    private static readonly int FirstDay = NodaTime.Period.DaysBetween(Epoch, LocalDate.MinIsoValue);
    private static readonly int LastDay = NodaTime.Period.DaysBetween(Epoch, LocalDate.MaxIsoValue);

    /// <summary>
    /// Whether its units are usage that nothing else counts: the price of packages stands for none, and what a surcharge is added to is counted already.
    /// </summary>
    public static bool CountsUnits(string charge) => !Allowances.PackageCharge.Is(charge) && !Rating.Surcharge.Is(charge);

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
            reader.String(), ReadDate(ref reader), ReadDate(ref reader), reader.Instant(), reader.Instant()));

    /// <summary>A date as days since 1970-01-01.</summary>
    internal static void WriteDate(ref PackedWriter writer, LocalDate date) => writer.Int64(NodaTime.Period.DaysBetween(Epoch, date));

    /// <summary>Reads what <see cref="WriteDate"/> wrote.</summary>
    internal static LocalDate ReadDate(ref PackedReader reader)
    {
        var days = reader.Int64();
        return days >= FirstDay && days <= LastDay ? Epoch.PlusDays((int)days) : throw new PackedFormatException("a date is out of range");
    }
}
