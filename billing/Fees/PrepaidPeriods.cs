// The periods of a prepayment, found again from what was bought.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Fees;

/// <summary>Pure. What was bought is whole periods, so they follow from its first day and their number.</summary>
public static class PrepaidPeriods
{
    /// <summary>The instants at which they end, in order: then each is earned.</summary>
    public static IReadOnlyList<Instant> EndsOf(SubscriptionChange bought, Subscription subscription, LegRater leg)
    {
        var fee = VersionOf(bought, leg).Fees.First(fee => fee.Id == bought.Charge);
        var activation = leg.Calendar.DateOf(ServiceLife.Of(subscription, null)!.Start);
        var cycle = FeeCycles.Of(new FeeKey(fee.Id, fee.Every, fee.AlignedTo), activation, leg.Calendar);
        var ends = new List<Instant>(bought.Periods!.Value);
        for (var span = cycle.Containing(bought.Prepaid!.From); ends.Count < bought.Periods; span = cycle.Next(span))
            ends.Add(leg.Calendar.StartOf(span.Last.PlusDays(1)));
        return ends;
    }

    /// <summary>The version of the leg's plan that was in force on the last day when it was bought, or the newest with that charge.</summary>
    public static DatedVersion VersionOf(SubscriptionChange bought, LegRater leg) =>
        leg.Plan.Versions.LastOrDefault(version => version.From <= bought.RecordedAt && version.Fees.Any(fee => fee.Id == bought.Charge))
        ?? leg.Plan.Versions.Last(version => version.Fees.Any(fee => fee.Id == bought.Charge));
}
