// Local days from first to last, both included: the arithmetic of proration.
using NodaTime;

namespace OrleansBilling.Billing.Periods;

/// <summary>At least one day.</summary>
public readonly record struct DaySpan(LocalDate First, LocalDate Last)
{
    public int Count => LocalDays.Count(First, Last);

    public bool Holds(LocalDate date) => First <= date && date <= Last;

    public bool Overlaps(DaySpan other) => First <= other.Last && other.First <= Last;

    public DaySpan Within(DaySpan other) => new(LocalDate.Max(First, other.First), LocalDate.Min(Last, other.Last));
}
