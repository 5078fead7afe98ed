// Looks for legs that a moved party would leave behind: billed by or to a partner that is above it no more.
using System.Runtime.CompilerServices;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Parties;

/// <summary>Whoever is moved is billed by those who are above it: what the partner that is left bills must have ended by then.</summary>
public sealed class LegsLeftBehind(IDefinitionStore store, Catalogue catalogue)
{
    /// <summary>The first one, as a sentence about <c>to</c>; empty: there is none.</summary>
    /// <param name="left">Partners that are above the party no more.</param>
    public async Task<FieldErrors> Find(string kind, string party, IReadOnlySet<string> left, Instant at, CancellationToken cancel)
    {
        await foreach (var stored in Subscriptions(kind, party, cancel))
        {
            var subscription = Billing.Json.Definitions.Stored<Subscription>(stored.Body);
            if (subscription.EndsAt <= at)
                continue;
            foreach (var leg in subscription.Legs)
            {
                if (await catalogue.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement, cancel) is { } agreement
                    && (left.Contains(agreement.Seller) || left.Contains(agreement.Buyer)))
                    return FieldErrors.Of("to", $"subscription \"{stored.Id}\" is billed under \"{leg.Agreement}\", whose partner is left: "
                        + "end it at the move and start another");
            }
        }

        return new FieldErrors();
    }

    private async IAsyncEnumerable<Definition> Subscriptions(string kind, string party, [EnumeratorCancellation] CancellationToken cancel)
    {
        var open = new Stack<(string Kind, string Id)>([(kind, party)]);
        while (open.TryPop(out var at))
        {
            await foreach (var own in store.Children(DefinitionKinds.Subscription, at.Id, cancel)) yield return own;
            if (at.Kind != DefinitionKinds.Partner)
                continue;
            foreach (var below in (string[])[DefinitionKinds.Partner, DefinitionKinds.Customer])
                await foreach (var child in store.Children(below, at.Id, cancel)) open.Push((below, child.Id));
        }
    }
}
