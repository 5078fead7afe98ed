// Steps of dunning that a service balance makes due (domain 0.3, rule 26; 1.4).
using NodaTime;
using OrleansBilling.Billing.Parties;

namespace OrleansBilling.Billing.Dunning;

/// <summary>What a debtor may still buy on account, and its credit limit.</summary>
/// <param name="Available">Credit limit and payments less all charges, invoiced and unbilled; it may be below zero.</param>
/// <param name="CreditLimit">Of all agreements with the seller.</param>
public sealed record ServiceFigures(decimal Available, decimal CreditLimit);

/// <summary>Pure. A step fires on crossing from at-or-above to below, and is armed again at-or-above.</summary>
public static class BalanceSteps
{
    /// <summary>What has crossed since the case was looked at; nothing while the balance is not known.</summary>
    public static IEnumerable<DunningFact> Crossed(DunningCase state, DunningPolicy? policy, ServiceFigures? balance, Instant now)
    {
        var steps = Of(policy).ToList();
        foreach (var key in state.Below.Where(key => steps.All(step => step.Key != key)))
            yield return new BalanceRecovered(key);
        var isUnknown = balance is null && steps.Count > 0;
        if (isUnknown != state.IsBalanceUnknown) yield return isUnknown ? new BalanceUnknown() : new BalanceKnown();
        if (balance is null) yield break;
        var number = state.Crossings;
        foreach (var step in steps)
        {
            var (was, isBelow) = (state.Below.Contains(step.Key), balance.Available < Threshold(step, balance));
            if (isBelow && !was) yield return new BalanceFell(++number, step.Key, step.Action, now, balance.Available, step.Text);
            if (was && !isBelow) yield return new BalanceRecovered(step.Key);
        }
    }

    /// <summary>The strongest status that steps below their amounts ask for.</summary>
    public static PartyStatus Status(DunningCase state, DunningPolicy? policy) => Of(policy).Where(step => state.Below.Contains(step.Key))
        .Select(step => DunningActions.StatusOf(step.Action)).OfType<PartyStatus>().DefaultIfEmpty().Max();

    /// <summary>Whether the balance must be known to decide.</summary>
    public static bool Any(DunningPolicy? policy) => Of(policy).Any();

    private static decimal Threshold(DunningStep step, ServiceFigures balance) =>
        step.BelowPercent is { } percent ? balance.CreditLimit * percent / 100 : step.Below!.Value;

    private static IEnumerable<DunningStep> Of(DunningPolicy? policy) => (policy?.Steps ?? []).Where(step => step.Trigger == DunningTriggers.Balance);
}
