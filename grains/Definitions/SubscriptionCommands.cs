// Decides a command on a subscription as it stands in the store.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that <see cref="SubscriptionChanges"/> must not do.</summary>
public sealed class SubscriptionCommands(IDefinitionStore store, Catalogue catalogue)
{
    /// <summary>What was decided, and the version of the definition that it goes by; null: there is no such subscription.</summary>
    public async Task<(ChangeDecision Decision, int Version)?> Decide(DefineCommand command, Instant now, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Subscription, command.Id, cancel) is not { } stored)
            return null;
        var subscription = Billing.Json.Definitions.Stored<Subscription>(stored.Body);
        var asked = Billing.Json.Definitions.Stored<SubscriptionChange>(command.Body);
        return (SubscriptionChanges.Decide(subscription, asked, await Sellable(subscription, command.Party, cancel), now), stored.Version);
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
