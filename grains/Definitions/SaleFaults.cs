// What stands in the way of buying a subscription's legs now: agreements that do not hold, and minimums where a wallet pays.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Reads what the rules need. Not asked of what goes on as it stands.</summary>
internal sealed class SaleFaults(Catalogue catalogue, TermsResolver resolver)
{
    /// <summary>Of a subscription whose references are known.</summary>
    public async Task<FieldErrors> Of(Subscription subscription, KnownDefinitions known, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        for (var i = 0; i < subscription.Legs.Length; i++)
        {
            var agreement = known.Find<Agreement>(DefinitionKinds.Agreement, subscription.Legs[i].Agreement)!;
            var calendar = await resolver.Calendar(agreement.Calendar, cancel);
            if (!AgreementValidity.HoldsOn(agreement, calendar.DateOf(subscription.StartsAt)))
                errors.Add($"legs[{i}].agreement", $"\"{subscription.Legs[i].Agreement}\" is {AgreementValidity.Words(agreement)}: service must begin then");
        }

        foreach (var (field, plan, from) in PrepaidMinimums.Plans(subscription, known))
            if (PrepaidMinimums.Fault(plan, await catalogue.PlanVersions(plan, cancel), from) is { } fault) errors.Add(field, fault);
        return errors;
    }
}
