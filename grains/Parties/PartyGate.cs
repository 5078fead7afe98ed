// Whether something new may be written below a party: customers, partners, subscriptions, other plans.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Grains.Parties;

/// <summary>Asked when a definition is written. What stands may be read, ended and paid for in any state.</summary>
public sealed class PartyGate(PartyStates states)
{
    /// <summary>Why it may not be written, or null.</summary>
    /// <param name="before">What stands there, or null: it is new.</param>
    /// <param name="definition">What is to stand there.</param>
    /// <param name="cancel">Ends the look-up.</param>
    public async ValueTask<FieldErrors?> Refusal(object? before, object definition, CancellationToken cancel) => (before, definition) switch
    {
        (null, Customer { Partner: { } partner }) => await Refusal("partner", partner, PartyEffects.StopsGrowth, cancel),
        (null, Partner { Parent: { } parent }) => await Refusal("parent", parent, PartyEffects.StopsGrowth, cancel),
        (null, Subscription bought) => await Refusal("customer", bought.Customer, PartyEffects.StopsBuying, cancel),
        (Subscription old, Subscription bought) when IsBought(old, bought) => await Refusal("customer", bought.Customer, PartyEffects.StopsBuying, cancel),
        _ => null,
    };

    private async ValueTask<FieldErrors?> Refusal(string field, string party, Func<PartyStatus, bool> stops, CancellationToken cancel)
    {
        var gate = states.GateOf(await states.ChainOf(party, cancel));
        return stops(gate.Status) ? FieldErrors.Of(field, $"\"{party}\" is {gate.Word}: nothing new until it is active again") : null;
    }

    // An end, or another wallet, is none.
    private static bool IsBought(Subscription old, Subscription now) => old.Product != now.Product
        || !old.Legs.Select(leg => (leg.Agreement, leg.Plan)).SequenceEqual(now.Legs.Select(leg => (leg.Agreement, leg.Plan)));
}
