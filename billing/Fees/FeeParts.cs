// The parts that plan versions and switches cut a fee's period into.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Fees;

/// <summary>Days of one fee period that one version prices.</summary>
internal sealed record FeePart(DaySpan Days, DatedVersion Version, RecurringCharge Charge)
{
    public FeeDue Due(DaySpan whole) =>
        new(Charge.Id, Charge.Every, Version.Number, Days.First, Days.Last, Days.Count, whole.Count, Charge.Price) { Plan = Version.Plan };
}

/// <summary>
/// The switches speak of service that begins or ends within the period, not of a price or a plan that changes in it: a change of plan splits every fee at
/// its day, those posted in advance too.
/// </summary>
internal static class FeeParts
{
    /// <summary>
    /// The price in force on the first day, for all days to come, plan by plan. A year once begun is owed whole: no refund on an early stop
    /// (domain 1.1, edge b).
    /// </summary>
    public static IEnumerable<FeePart> InAdvance(List<FeePart> parts, FeeKey key, DaySpan whole, DaySpan active, Dictionary<int, LocalDate> stages)
    {
        foreach (var stage in parts.GroupBy(part => part.Version.Stage))
        {
            var part = stage.First();
            var last = stages[stage.Key] < active.Last ? stages[stage.Key]
                : key.Every != "year" && part.Charge.ProrateLast ? active.Last : whole.Last;
            yield return part with { Days = new DaySpan(Entry(part, whole, active), last) };
        }
    }

    /// <summary>Each version's days at its price.</summary>
    public static IEnumerable<FeePart> InArrears(List<FeePart> parts, DaySpan whole, DaySpan active)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            var first = i == 0 ? Entry(part, whole, active) : part.Days.First;
            var leaves = i == parts.Count - 1 && part.Days.Last == active.Last && !part.Charge.ProrateLast;
            yield return part with { Days = new DaySpan(first, leaves ? whole.Last : part.Days.Last) };
        }
    }

    /// <summary>The days that have come, each version's at its price.</summary>
    public static IEnumerable<FeePart> Progressive(List<FeePart> parts, DaySpan whole, LocalDate upTo) =>
        parts.Where(part => part.Days.First <= upTo).Select(part => part with { Days = part.Days.Within(new DaySpan(whole.First, upTo)) });

    private static LocalDate Entry(FeePart part, DaySpan whole, DaySpan active) =>
        part.Days.First == active.First && !part.Charge.ProrateFirst ? whole.First : part.Days.First;
}
