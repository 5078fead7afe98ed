// What a wallet's children spent in a day against its daily limit.
namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>
/// The limit may be crossed by one event. What was out when the day began, or when a limit was set, could be spent without asking.
/// </summary>
public sealed class DayBook
{
    private decimal? limit;
    private decimal spentBefore;
    private decimal carried;
    private decimal highest = decimal.MaxValue;

    /// <summary>By how much the limit was passed at most, and where; a whole event may be part of it.</summary>
    public (decimal By, string At) Passed { get; private set; }

    public void Set(decimal? to)
    {
        limit = to;
        highest = Math.Max(highest, to ?? decimal.MaxValue);
    }

    public void Begin(decimal spentEver, decimal @out) => (spentBefore, carried, highest) = (spentEver, @out, limit ?? decimal.MaxValue);

    public void Told(decimal spentEver, string at)
    {
        if (highest == decimal.MaxValue)
            return;
        var by = spentEver - spentBefore - carried - highest;
        if (by > Passed.By)
            Passed = (by, at);
    }
}
