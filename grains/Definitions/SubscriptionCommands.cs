// Decides a command on a subscription as it stands in the store.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that <see cref="SubscriptionChanges"/> must not do.</summary>
public sealed class SubscriptionCommands(IDefinitionStore store, Catalogue catalogue, TermsResolver resolver)
{
    /// <summary>What was decided, and the version of the definition that it goes by; null: there is no such subscription.</summary>
    public async Task<(ChangeDecision Decision, int Version)?> Decide(DefineCommand command, Instant now, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Subscription, command.Id, cancel) is not { } stored)
            return null;
        var subscription = Billing.Json.Definitions.Stored<Subscription>(stored.Body);
        var asked = Billing.Json.Definitions.Stored<SubscriptionChange>(command.Body);
        var sellable = await Sellable(subscription, command.Party, cancel);
        if (await Offer(command.Id, stored.Version, subscription, asked, sellable, now, cancel) is { } offer)
        {
            if (offer.Asked is null)
                return (offer, stored.Version);
            asked = offer.Asked;
        }

        return (SubscriptionChanges.Decide(subscription, asked, sellable, now), stored.Version);
    }

    // What a prepayment buys depends on prices. Null: it buys nothing, or was bought before.
    private async Task<ChangeDecision?> Offer(string id, int version, Subscription subscription, SubscriptionChange asked, IReadOnlyList<string> sellable,
        Instant now, CancellationToken cancel)
    {
        if (asked is not { Action: SubscriptionActions.Prepay, Periods: > 0 and <= Limits.PrepaidPeriodsMax }
            || (asked.Id is not null && (subscription.Changes ?? []).Any(change => change.Id == asked.Id)))
            return null;
        if ((asked.Agreement ?? (sellable.Count == 1 ? sellable[0] : null)) is not { } agreement || !sellable.Contains(agreement))
            return null;
        var terms = await resolver.Resolve(id, subscription, version, cancel);
        return Prepayments.Offer(subscription, asked, terms.Legs.First(leg => leg.AgreementId == agreement), now);
    }

    private async Task<IReadOnlyList<string>> Sellable(Subscription subscription, string? party, CancellationToken cancel)
    {
        var sold = new List<string>();
        foreach (var leg in subscription.Legs)
        {
            if (party is null || (await catalogue.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement, cancel))?.Seller == party)
                sold.Add(leg.Agreement);
        }

        return sold;
    }
}
