// The discount lines of a closing period on one leg: what coupons take off the leg's other lines.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;

namespace OrleansBilling.Billing.Discounts;

/// <summary>
/// Pure. A line per coupon and original period, of the rounded lines that it applies to, less what wallets have paid of them; so together they never come
/// below zero. Late usage is discounted as its own period was: what is taken back of a discounted period takes the discount back with it.
/// </summary>
public static class DiscountDecider
{
    /// <summary>The lines, in the order of periods and redemptions.</summary>
    /// <param name="leg">The leg.</param>
    /// <param name="redeemed">On it.</param>
    /// <param name="lines">All that the seal has for it.</param>
    /// <param name="sealedUntil">Periods until then were sealed before: of them there are corrections only.</param>
    public static IEnumerable<SealedLine> Of(LegRater leg, IReadOnlyList<Redeemed> redeemed, IReadOnlyList<SealedLine> lines, Instant sealedUntil)
    {
        if (redeemed.Count == 0)
            yield break;
        var mode = RoundingModes.Parse(leg.Agreement.Rounding);
        foreach (var group in lines.GroupBy(line => (line.OriginalPeriod, line.Late)).OrderBy(group => group.Key.OriginalPeriod, StringComparer.Ordinal))
        {
            if (leg.Calendar.PeriodOf(group.Key.OriginalPeriod) is not { } period)
                continue;
            mode = RoundingModes.Parse(DatedTerms.On(leg.Agreement, period.To).Rounding);
            var left = group.Sum(Invoiced);
            foreach (var one in redeemed.Where(one => Counts(one, period, leg.Calendar)))
            {
                var off = Off(one.Coupon, group.Where(line => Applies(one.Coupon, line)).Sum(Invoiced), left, group.Key.Late || period.End <= sealedUntil);
                if (off == 0)
                    continue;
                left -= Rounded(off);
                yield return new SealedLine
                {
                    Agreement = leg.AgreementId, Kind = "discount", Plan = leg.PlanId, PlanVersion = 0, Charge = DiscountCharge.NameOf(one.Id),
                    OriginalPeriod = period.Label, From = period.From, To = period.To, Quantity = 1, Amount = -off, Late = group.Key.Late,
                };
            }
        }

        decimal Rounded(decimal exact) => Rounding.ToCurrency(exact, leg.Currency, mode);

        decimal Invoiced(SealedLine line) => Rounded(line.Amount) - Rounded(line.Prepaid);
    }

    // What is taken back (below zero) is taken back at the discounted price; an amount was given once and is not given again.
    private static decimal Off(Coupon coupon, decimal of, decimal left, bool late)
    {
        if (coupon.Percent is { } percent)
            return of >= 0 ? Math.Min(of * percent / 100, Math.Max(0, left)) : of * percent / 100;
        return late ? 0 : Math.Max(0, Math.Min(coupon.Amount!.Value, Math.Min(of, left)));
    }

    private static bool Applies(Coupon coupon, SealedLine line) => coupon.AppliesTo switch
    {
        "fees" => !line.IsProved,
        "usage" => line.IsProved,
        _ => true,
    };

    private static bool Counts(Redeemed one, BillingPeriod period, BillingCalendar calendar)
    {
        var first = calendar.PeriodContaining(one.From);
        if (period.Start < first.Start)
            return false;
        if (one.Coupon.Periods is not { } periods)
            return true;
        for (var nth = 0; nth < periods; nth++, first = calendar.Next(first))
        {
            if (first.Start == period.Start)
                return true;
        }

        return false;
    }
}
