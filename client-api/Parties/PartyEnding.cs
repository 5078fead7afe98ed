// Ends what a terminated party has: every subscription and every recurring bill of its own and of everybody below it.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.ClientApi.Parties;

/// <summary>
/// Usage is refused from the termination on; what is left are fees, which end with the subscriptions. Every step can be repeated: a row of due work
/// stands until none is open.
/// </summary>
public sealed class PartyEnding(IPartyStateStore states, Subtree subtree, IAccountStore accounts, IGrainFactory grains)
{
    /// <summary>True: nothing of the party is open, or it was not terminated after all.</summary>
    public async Task<bool> GoOn(string party, CancellationToken cancel)
    {
        if (await states.Get(party, cancel) is not { } stored || Billing.Json.Definitions.Stored<PartyStanding>(stored.Body).End is not { } end)
            return true;
        var all = true;
        await foreach (var one in subtree.Subscriptions(party, null, cancel))
            all &= await End(one, end.Since, cancel);
        all &= await StopBills(party, end.Since, cancel);
        await foreach (var customer in subtree.Customers(party, null, cancel))
            all &= await StopBills(customer.Id, end.Since, cancel);
        return all;
    }

    // Of whom the party, or somebody below it, buys: what a provider bills again and again.
    private async Task<bool> StopBills(string buyer, Instant at, CancellationToken cancel)
    {
        var (all, after) = (true, (string?)null);
        while (await accounts.Accounts(null, buyer, after, Limits.PageMax, cancel) is { Count: > 0 } page)
        {
            foreach (var head in page.Where(head => !AccountKey.Parse(head.Id).Payable))
                all &= (await grains.Ask<RecurringBillsLeft>(head.Id, new StopRecurringBills(at), "termination", cancel)).Value is { Running: 0 };
            after = page[^1].Id;
        }

        return all;
    }

    private async Task<bool> End(Definition stored, Instant at, CancellationToken cancel)
    {
        var subscription = Billing.Json.Definitions.Stored<Subscription>(stored.Body);
        // One that has not begun is left: no fee is due before its first day, and no usage is taken.
        if (subscription.EndsAt <= at || subscription.StartsAt >= at)
            return true;
        var answer = await grains.GetGrain<ISubscriptionGrain>(stored.Id).Define(new DefineCommand
        {
            Kind = DefinitionKinds.Subscription, Id = stored.Id, Actor = "termination",
            Body = Billing.Json.Definitions.Write(subscription with { EndsAt = at }),
        }, cancel);
        return answer.Outcome is DefineOutcome.Replaced or DefineOutcome.Unchanged;
    }
}
