// A minimum is owed at the end of a period, when a wallet may have nothing left: no plan with one is sold on a leg that a wallet pays (domain 0.3, rule 16).
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>Asked when a subscription is written or changes its plan, of the versions that hold from then on or are to come.</summary>
public static class PrepaidMinimums
{
    /// <summary>The newest plan of each leg that a wallet pays: the member that names it, the plan, and when it begins.</summary>
    public static IEnumerable<(string Field, string Plan, Instant From)> Plans(Subscription subscription, KnownDefinitions known)
    {
        for (var i = 0; i < subscription.Legs.Length; i++)
        {
            if (!IsPaid(subscription, subscription.Legs[i], known))
                continue;
            var plans = ServiceLife.PlansOf(subscription, subscription.Legs[i]);
            yield return (plans.Count == 1 ? $"legs[{i}].plan" : "plan", plans[^1].Plan, plans[^1].From);
        }
    }

    /// <summary>Why a plan cannot be paid from a wallet, or null.</summary>
    public static string? Fault(string plan, IEnumerable<(int Number, PlanVersion Version)> versions, Instant from)
    {
        // In which zone its dates are read does not matter here: a version that ends a day earlier or later is looked at as well.
        var dated = new PlanTimeline(versions, DateTimeZone.Utc).Versions;
        var holds = dated.LastOrDefault(version => version.From <= from - Duration.FromDays(1)) ?? dated.FirstOrDefault();
        return dated.Where(version => version.From >= holds!.From).SelectMany(version => version.Version.Charges).OfType<UsageCharge>()
            .FirstOrDefault(charge => charge.Minimum > 0) is not { } found ? null
            : $"plan \"{plan}\" has a minimum (charge \"{found.Id}\"): minimums are refused where a wallet pays";
    }

    private static bool IsPaid(Subscription subscription, Leg leg, KnownDefinitions known) => leg.Wallet is not null
        || (subscription.Funding.Wallet is { } wallet && known.Find<Wallet>(DefinitionKinds.Wallet, wallet) is { } paying
            && known.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement)?.Buyer == paying.Owner);
}
