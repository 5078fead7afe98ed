// What must be posted so that what was owed becomes what is owed.
using NodaTime;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Fees;

/// <summary>Days that are the same on both sides are on no line; the rest is a charge of days, or a credit of days.</summary>
internal static class FeeDifference
{
    /// <summary>In order of charge and time.</summary>
    public static IReadOnlyList<FeeDue> Of(IEnumerable<FeeDue> before, IEnumerable<FeeDue> after)
    {
        var left = new Dictionary<object, FeeDue>();
        foreach (var fee in before)
            left.Add(Place(fee), fee);
        var lines = new List<FeeDue>();
        foreach (var fee in after)
        {
            if (!left.Remove(Place(fee), out var posted))
                lines.Add(fee);
            else if (fee.To > posted.To)
                lines.Add(Cut(fee, posted.To.PlusDays(1), fee.To));
            else if (fee.To < posted.To)
                lines.Add(TakenBack(Cut(posted, fee.To.PlusDays(1), posted.To)));
        }

        // Of what was prepaid there is nothing to take back.
        lines.AddRange(left.Values.Where(fee => fee.Kind != "prepaid").Select(TakenBack));
        return Merged(lines);
    }

    private static object Place(FeeDue fee) =>
        (fee.Charge, fee.Every, fee.Plan, fee.PlanVersion, fee.Kind, fee.IsCredit, fee.From, fee.WholeDays);

    private static FeeDue Cut(FeeDue fee, LocalDate from, LocalDate to) => fee with { From = from, To = to, Days = new DaySpan(from, to).Count };

    private static FeeDue TakenBack(FeeDue fee) => fee with { IsCredit = !fee.IsCredit };

    // Whole periods one behind the other are one line: thirty days of a daily fee are 30 × its price (domain 0.3, rule 4).
    private static IReadOnlyList<FeeDue> Merged(List<FeeDue> fees)
    {
        var lines = new List<FeeDue>(fees.Count);
        foreach (var fee in fees)
        {
            if (lines is [.., var last] && Continues(last, fee))
                lines[^1] = last with { To = fee.To, Days = last.Days + fee.Days, WholeDays = last.WholeDays + fee.WholeDays, Periods = last.Periods + 1 };
            else
                lines.Add(fee);
        }

        return lines;
    }

    private static bool Continues(FeeDue last, FeeDue fee) => fee.Every is "day" or "week" or "semi_month" && last.Fraction is null && fee.Fraction is null
        && last.To.PlusDays(1) == fee.From && last with { From = fee.From, To = fee.To, Days = fee.Days, WholeDays = fee.WholeDays, Periods = 1 } == fee;
}
