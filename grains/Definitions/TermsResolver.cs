// Resolves a subscription's definition into what it is rated by; raters are shared by all subscriptions of a process.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.Grains.Dunning;
using OrleansBilling.Grains.Parties;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that rating must not do.</summary>
public sealed class TermsResolver(Catalogue catalogue, IDefinitionStore store, PartyStates parties, BalanceWatch balances)
{
    /// <summary>Grows when terms resolved before may be out of date.</summary>
    public long Revision => catalogue.Revision + parties.Moves;

    /// <summary>Grows when what the parties around a subscription allow may be out of date.</summary>
    public long GateRevision => parties.Revision;

    /// <summary>The same terms with what the parties allow now. Reads nothing.</summary>
    public SubscriptionTerms Regated(SubscriptionTerms terms) => terms with { Gate = parties.GateOf(terms.Above) };

    /// <summary>The same terms with what states of parties did to service, where some fee credits such days.</summary>
    public async ValueTask<SubscriptionTerms> WithPauses(SubscriptionTerms terms, CancellationToken cancel)
    {
        if (!terms.Legs.Any(leg => leg.Plan.CreditsDays))
            return terms;
        // What another process has changed a moment ago counts too: no later seal looks back for it.
        await parties.Refresh(cancel);
        var pauses = new List<ServicePause>();
        foreach (var party in terms.Above)
            pauses.AddRange(await parties.PausesOf(party, cancel));
        return terms with { PartyPauses = pauses };
    }

    /// <summary>Nothing older than this revision of the store is used from now on.</summary>
    public ValueTask AtLeast(long storeRevision, CancellationToken cancel) => catalogue.AtLeast(storeRevision, cancel);

    /// <summary>The terms of a definition as of now.</summary>
    public async Task<SubscriptionTerms> Resolve(string id, Subscription definition, int version, CancellationToken cancel)
    {
        var legs = new LegRater[definition.Legs.Length];
        for (var index = 0; index < legs.Length; index++)
            legs[index] = await Rater(definition, definition.Legs[index], cancel);
        foreach (var leg in legs)
            definition = AgreementValidity.Within(definition, leg.Agreement, leg.Calendar.Zone);
        var terms = new SubscriptionTerms(id, definition, legs, await KnownMeters(cancel), await Fundings(definition, legs, cancel), version)
        {
            Discounts = await Discounts(definition, legs, cancel),
            Above = await parties.ChainOf(definition.Customer, cancel),
            Watched = await Watched(legs, cancel),
        };
        return Regated(terms);
    }

    /// <summary>The terms by an older version of the definition, with prices as they are known now.</summary>
    public async Task<SubscriptionTerms> Resolve(string id, int version, CancellationToken cancel)
    {
        var history = await store.History(DefinitionKinds.Subscription, id, cancel);
        return await Resolve(id, Billing.Json.Definitions.Stored<Subscription>(history.First(one => one.Version == version).Body), version, cancel);
    }

    /// <summary>The rater of an agreement and a plan.</summary>
    public ValueTask<LegRater> Rater(string agreementId, string planId, CancellationToken cancel) =>
        catalogue.Derived($"rater|{agreementId}|{planId}", () => MakeRater(agreementId, planId, cancel));

    /// <summary>A calendar at work.</summary>
    public ValueTask<BillingCalendar> Calendar(string id, CancellationToken cancel) =>
        catalogue.Derived($"calendar|{id}", async () => new BillingCalendar(await Must<Calendar>(DefinitionKinds.Calendar, id, cancel)));

    private async ValueTask<IReadOnlyList<string>> Watched(LegRater[] legs, CancellationToken cancel)
    {
        List<string>? watched = null;
        foreach (var leg in legs)
        {
            if (leg.Agreement.Documents == "invoice" && await balances.Of(leg.Agreement.Seller, leg.Agreement.Buyer, leg.Currency, cancel) is [var account])
                (watched ??= []).Add(account);
        }

        return watched ?? (IReadOnlyList<string>)[];
    }

    // Those of the agreement first, for all subscriptions alike.
    private async Task<IReadOnlyList<IReadOnlyList<Redeemed>>> Discounts(Subscription definition, LegRater[] legs, CancellationToken cancel)
    {
        if (definition.Coupons is null && Array.TrueForAll(legs, leg => leg.Agreement.Coupons is null))
            return [];
        var discounts = new List<IReadOnlyList<Redeemed>>(legs.Length);
        foreach (var leg in legs)
        {
            var redeemed = new List<Redeemed>();
            foreach (var one in (leg.Agreement.Coupons ?? []).Concat((definition.Coupons ?? [])
                .Where(one => one.Agreement is null ? legs.Length == 1 : one.Agreement == leg.AgreementId)))
                redeemed.Add(new Redeemed(one.Coupon, await Must<Coupon>(DefinitionKinds.Coupon, one.Coupon, cancel), one.From));
            discounts.Add(redeemed);
        }

        return discounts;
    }

    // Those that have changed their plan are their own: no other subscription has changed at the same instants.
    private async ValueTask<LegRater> Rater(Subscription definition, Leg leg, CancellationToken cancel)
    {
        var plans = ServiceLife.PlansOf(definition, leg);
        if (plans.Count == 1)
            return await Rater(leg.Agreement, leg.Plan, cancel);
        var stages = new List<(NodaTime.Instant, LegRater)>(plans.Count);
        foreach (var (from, plan) in plans)
            stages.Add((from, await Rater(leg.Agreement, plan, cancel)));
        return LegRater.Changed(stages);
    }

    // A leg's own wallet, else the funding wallet where the leg's buyer owns it.
    private async Task<IReadOnlyList<LegFunding?>> Fundings(Subscription definition, LegRater[] legs, CancellationToken cancel)
    {
        if (definition.Funding.Wallet is null && definition.Legs.All(leg => leg.Wallet is null))
            return [];
        var fundings = new LegFunding?[legs.Length];
        for (var index = 0; index < legs.Length; index++)
        {
            var own = definition.Legs[index].Wallet;
            if ((own ?? definition.Funding.Wallet) is not { } id)
                continue;
            var wallet = await Must<Wallet>(DefinitionKinds.Wallet, id, cancel);
            if (own is not null || wallet.Owner == legs[index].Agreement.Buyer)
                fundings[index] = new LegFunding(id, id != definition.Funding.Wallet, wallet.Unit is { } unit ? await MetersIn(unit, cancel) : null);
        }

        return fundings;
    }

    private ValueTask<IReadOnlySet<string>> MetersIn(string unit, CancellationToken cancel) =>
        catalogue.Derived<IReadOnlySet<string>>($"meters|{unit}", async () =>
        {
            var meters = new HashSet<string>();
            foreach (var id in await KnownMeters(cancel))
            {
                if ((await Must<Meter>(DefinitionKinds.Meter, id, cancel)).Unit == unit)
                    meters.Add(id);
            }

            return meters;
        });

    private async Task<LegRater> MakeRater(string agreementId, string planId, CancellationToken cancel)
    {
        var agreement = await Must<Agreement>(DefinitionKinds.Agreement, agreementId, cancel);
        var calendar = await Calendar(agreement.Calendar, cancel);
        var versions = await catalogue.PlanVersions(planId, cancel);
        var meters = new Dictionary<string, Meter>();
        foreach (var charge in versions.SelectMany(version => version.Version.Charges).OfType<UsageCharge>())
            meters[charge.Meter] = await Must<Meter>(DefinitionKinds.Meter, charge.Meter, cancel);
        return new LegRater(agreementId, agreement, planId, calendar, new PlanTimeline(versions, calendar.Zone), meter => meters[meter],
            (await Must<Plan>(DefinitionKinds.Plan, planId, cancel)).Currency);
    }

    private ValueTask<IReadOnlySet<string>> KnownMeters(CancellationToken cancel) => catalogue.Derived<IReadOnlySet<string>>("meters", async () =>
    {
        var known = new HashSet<string>();
        for (string? after = null; ;)
        {
            var page = await store.List(DefinitionKinds.Meter, null, after, 200, cancel);
            known.UnionWith(page.Select(meter => meter.Id));
            if (page.Count < 200)
                return known;
            after = page[^1].Id;
        }
    });

    // Validation keeps every reference whole; a missing one is damage, not input.
    private async ValueTask<T> Must<T>(string kind, string id, CancellationToken cancel) where T : class =>
        await catalogue.Find<T>(kind, id, cancel) ?? throw new InvalidOperationException($"The store has no {kind} \"{id}\", but something refers to it.");
}
