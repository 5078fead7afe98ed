// Validates a definition against those it names and stores it: the one way in which reference data changes.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Grains.Parties;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Called from the grain that owns the definition, so two writes of one definition never overlap.</summary>
public sealed class DefinitionWriter(IDefinitionStore store, Catalogue catalogue, ProductAssignment products, CatalogueAssignment catalogues, TaxBook taxes,
    PartyGate gate, TermsResolver resolver, PurchasePricing purchases, BillingClock clock)
{
    private readonly CustomerRetagging retagging = new(store, catalogue, clock);
    private readonly SaleFaults sales = new(catalogue, resolver);
    private readonly SubscriptionCommands commands = new(store, catalogue, resolver);

    /// <summary>Checks and stores.</summary>
    public async Task<DefineAnswer> Write(DefineCommand command, CancellationToken cancel)
    {
        if (command.Kind == DefinitionKinds.SubscriptionChange)
            return await Change(command, cancel);
        if (command.Kind == DefinitionKinds.CustomerRetag)
            return await retagging.Write(command, cancel);
        var parsed = Parse(command);
        if (parsed.Definition is not { } definition)
            return Refused(parsed.Errors);
        if (definition is Subscription { Product: { } } sold)
        {
            var (derived, faults) = await products.Legs(command.Id, sold, cancel);
            if (!faults.IsEmpty)
                return Refused(faults);
            definition = derived;
        }

        if (definition is Subscription purchase)
        {
            var stands = await store.Get(command.Kind, command.Id, cancel) is { } stored ? Billing.Json.Definitions.Stored<Subscription>(stored.Body) : null;
            var assigned = await catalogues.Assign(purchase, stands, cancel);
            if (!assigned.Errors.IsEmpty)
                return assigned.IsStale ? Refused(assigned.Errors, DefineOutcome.Conflict) with { Code = "stale_catalogue" } : Refused(assigned.Errors);
            definition = assigned.Subscription;
        }

        if (definition is Calendar { Anchor: "created", CreatedOn: null } counted)
            definition = counted with { CreatedOn = await CreatedOn(command.Id, counted, cancel) };
        if (definition is Subscription { Changes: null } asked && await store.Get(DefinitionKinds.Subscription, command.Id, cancel) is { } standing)
            definition = asked with { Changes = Billing.Json.Definitions.Stored<Subscription>(standing.Body).Changes };
        return await Write(command, definition, cancel);
    }

    /// <summary>The same for a definition that was made here; the command's body is not looked at.</summary>
    public async Task<DefineAnswer> Write(DefineCommand command, object definition, CancellationToken cancel)
    {
        var errors = await Faults(definition, cancel, isSold: true);
        if (!errors.IsEmpty)
            return Refused(errors);
        return command.Kind == DefinitionKinds.PlanVersion
            ? await AddPlanVersion(command, (PlanVersion)definition, cancel)
            : await Replace(command, definition, null, cancel);
    }

    /// <summary>What is wrong with a definition, alone and among those it names. Nothing is written.</summary>
    /// <param name="isSold">Its plans are bought now; else what stands may go on.</param>
    public async Task<FieldErrors> Faults(object definition, CancellationToken cancel, bool isSold = false)
    {
        var known = new KnownDefinitions();
        while (References.Missing(definition, known) is { Count: > 0 } missing)
        {
            foreach (var (kind, id) in missing)
                known.Add(kind, id, await catalogue.Find<object>(kind, id, cancel));
        }

        var errors = DefinitionRules.Check(definition, known);
        if (definition is Agreement agreement && errors.IsEmpty)
            errors.Add(await taxes.Faults(agreement, known, cancel));
        if (isSold && definition is Subscription subscription && errors.IsEmpty)
            errors.Add(await sales.Of(subscription, known, cancel));
        return errors;
    }

    // The commands that a subscription has taken are part of its definition: one write, and its history tells what held at any time.
    private async Task<DefineAnswer> Change(DefineCommand command, CancellationToken cancel)
    {
        if (await commands.Decide(command, clock.Now, cancel) is not ({ } decision, var version))
            return Refused(FieldErrors.Of("id", $"no subscription \"{command.Id}\""), DefineOutcome.Conflict);
        if (decision.Changed is not { } changed)
            return Refused(decision.Errors, decision.Code is null ? DefineOutcome.Invalid : DefineOutcome.Conflict) with { Code = decision.Code };
        var errors = await Faults(changed, cancel, isSold: !decision.IsKnown && changed.Changes is [.., { Action: SubscriptionActions.ChangePlan }]);
        if (!errors.IsEmpty)
            return Refused(errors);
        // Another plan is bought like anything new, and so are periods to come.
        if (!decision.IsKnown && changed.Changes is [.., { Action: SubscriptionActions.ChangePlan or SubscriptionActions.Prepay } bought])
        {
            if (await gate.Refusal(null, changed, cancel) is { } stopped)
                return Refused(stopped, DefineOutcome.Conflict) with { Code = "party_not_active" };
            if (!command.IsAdmitted && await Bought(command.Id, changed, bought, cancel) is { Count: > 0 } priced)
                return Unadmitted(priced);
        }

        return Answer(await store.Put(new DefinitionWrite(DefinitionKinds.Subscription, command.Id, changed.Customer, BodyOf(changed), clock.Now,
            command.Actor, NeedsStream: true, Legs: LegsOf(command.Id, changed), ExpectedVersion: version), cancel), command);
    }

    /// <summary>A subscription as which another one goes on that ends, with legs that were found for it.</summary>
    public async Task<DefineAnswer> Continue(DefineCommand command, Subscription definition, string ended, CancellationToken cancel)
    {
        var errors = await Faults(definition, cancel);
        return errors.IsEmpty ? await Replace(command, definition, ended, cancel) : Refused(errors);
    }

    private async Task<DefineAnswer> Replace(DefineCommand command, object definition, string? ended, CancellationToken cancel)
    {
        var stored = await store.Get(command.Kind, command.Id, cancel);
        var before = stored is null ? null : DefinitionKinds.Read(command.Kind, stored.Body);
        if (before is not null && ReplacementRules.Check(before, definition) is { IsEmpty: false } refused)
            return Refused(refused, DefineOutcome.Conflict);
        if (before is Agreement old && definition is Agreement now && AgreementValidity.Check(old, now,
            (await resolver.Calendar(now.Calendar, cancel)).DateOf(clock.Now)) is { IsEmpty: false } over)
            return Refused(over, DefineOutcome.Conflict);
        if (before is not null && definition is Subscription replaced && await Continuation(command.Id, cancel) is { } next && replaced.EndsAt != next.From)
            return Refused(FieldErrors.Of("ends_at", $"must stay: the subscription goes on as \"{next.By}\""), DefineOutcome.Conflict);
        // What goes on is not new.
        if (ended is null && await gate.Refusal(before, definition, cancel) is { } stopped)
            return Refused(stopped, DefineOutcome.Stopped);
        if (ended is null && !command.IsAdmitted && definition is Subscription bought
            && await purchases.Of(command.Id, before as Subscription, bought, clock.Now, cancel) is { Count: > 0 } priced)
            return Unadmitted(priced);

        var write = new DefinitionWrite(command.Kind, command.Id, ParentOf(command.Id, definition), BodyOf(definition), clock.Now, command.Actor,
            NeedsStream: definition is Subscription or Partner or Customer or Wallet,
            IsParty: definition is Seller or Partner or Customer or Provider,
            Legs: definition is Subscription subscription ? LegsOf(command.Id, subscription) : null, NumberPrefix: PrefixOf(command.Id, definition));
        write = write with { Claim = await Claim(command, definition, ended, cancel) };
        if (before is null && definition is Customer { Partner: null, ResellerCode: null })
            write = write with { Claim = await ResellerCodes.Default(command, store, clock.Now, cancel) };
        return Answer(await store.Put(write, cancel), command);
    }

    // Whole periods at once, or what the new plan costs more than the old one.
    private async Task<IReadOnlyList<PricedPurchase>> Bought(string id, Subscription changed, SubscriptionChange change, CancellationToken cancel)
    {
        if (change.Prepaid is { } prepaid)
            return await purchases.Of(change.Agreement!, prepaid.Amount, prepaid.To, cancel) is { } paid ? [paid] : [];
        return await purchases.Of(id, changed with { Changes = changed.Changes![..^1] }, changed, Instant.Max(change.At!.Value, clock.Now), cancel);
    }

    private static DefineAnswer Unadmitted(IReadOnlyList<PricedPurchase> purchases) => new()
    {
        Outcome = DefineOutcome.Conflict, Code = DefineAnswer.Unadmitted, Body = Billing.Json.Definitions.Write(purchases.ToArray()),
    };

    // Counted from the day of its first writing, in its own zone; what stands keeps its date.
    private async Task<LocalDate?> CreatedOn(string id, Calendar calendar, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Calendar, id, cancel) is { } stored)
            return Billing.Json.Definitions.Stored<Calendar>(stored.Body).CreatedOn;
        return DateTimeZoneProviders.Tzdb.GetZoneOrNull(calendar.TimeZone) is { } zone ? LocalDays.At(clock.Now, zone) : null;
    }

    private async Task<SubscriptionContinuation?> Continuation(string id, CancellationToken cancel) =>
        await store.Get(DefinitionKinds.Continuation, id, cancel) is { } stored ? Billing.Json.Definitions.Stored<SubscriptionContinuation>(stored.Body) : null;

    private async ValueTask<DefinitionWrite?> Claim(DefineCommand command, object definition, string? ended, CancellationToken cancel) => definition switch
    {
        Subscription { Product: { } } sold => await products.Claim(command, sold, ended, clock.Now, cancel),
        Partner { ResellerCode: { } code } => ResellerCodes.Claim(command, code, clock.Now),
        Customer { ResellerCode: { } code } => ResellerCodes.Tag(command, code, (await store.Get(DefinitionKinds.ResellerCode, code, cancel))!, clock.Now),
        _ => null,
    };

    private async Task<DefineAnswer> AddPlanVersion(DefineCommand command, PlanVersion version, CancellationToken cancel)
    {
        if (await catalogue.Find<Plan>(DefinitionKinds.Plan, command.Id, cancel) is null)
            return Refused(FieldErrors.Of("plan", $"no plan \"{command.Id}\""), DefineOutcome.Conflict);
        var versions = await catalogue.PlanVersions(command.Id, cancel);
        var body = Billing.Json.Definitions.Write(version);
        foreach (var (number, other) in versions.Where(other => other.Version.EffectiveFrom == version.EffectiveFrom))
        {
            return Billing.Json.Definitions.Write(other) == body
                ? new DefineAnswer { Outcome = DefineOutcome.Unchanged, Body = body, Version = number }
                : Refused(FieldErrors.Of("effective_from", $"version {number} of the plan has that date already, and versions are never changed"),
                    DefineOutcome.Conflict);
        }

        var next = versions.Select(other => other.Number).DefaultIfEmpty(0).Max() + 1;
        var write = new DefinitionWrite(DefinitionKinds.PlanVersion, PlanVersionIds.Of(command.Id, next), command.Id, body, clock.Now, command.Actor,
            ExpectedVersion: 0);
        return Answer(await store.Put(write, cancel), command) with { Version = next };
    }

    private DefineAnswer Answer(PutResult result, DefineCommand command)
    {
        if (command.Kind is not (DefinitionKinds.Subscription or DefinitionKinds.SubscriptionChange or DefinitionKinds.Customer or DefinitionKinds.Wallet))
            catalogue.Drop();
        return result.Outcome switch
        {
            PutOutcome.IdTaken => Refused(FieldErrors.Of("id", $"\"{command.Id}\" is the id of another party"), DefineOutcome.Conflict),
            PutOutcome.PrefixTaken => PrefixTaken(command),
            PutOutcome.Claimed => Refused(command.Kind == DefinitionKinds.Partner
                ? ResellerCodes.Taken(result.Stored!) : ProductAssignment.Taken(result.Stored!), DefineOutcome.Conflict),
            PutOutcome.VersionConflict => Refused(FieldErrors.Of("id", "somebody else wrote at the same time: send it again"), DefineOutcome.Conflict),
            var outcome => new DefineAnswer
            {
                Outcome = outcome switch
                {
                    PutOutcome.Created => DefineOutcome.Created,
                    PutOutcome.Replaced => DefineOutcome.Replaced,
                    _ => DefineOutcome.Unchanged,
                },
                Body = result.Stored!.Body,
                Version = result.Stored.Version,
            },
        };
    }

    private static DefineAnswer PrefixTaken(DefineCommand command) => Refused(command.Kind == DefinitionKinds.Seller
        ? FieldErrors.Of("number_prefix", "the document numbers of another party begin like this: choose another one")
        : FieldErrors.Of("id", $"\"{command.Id}\" in capitals begins the document numbers of another party: choose another id"), DefineOutcome.Conflict);

    /// <summary>The seller that a wallet's body names; null: none, or it is no wallet.</summary>
    internal static string? SellerNamed(DefineCommand command) => (Parse(command).Definition as Wallet)?.Seller;

    private static (object? Definition, FieldErrors Errors) Parse(DefineCommand command) => command.Kind switch
    {
        DefinitionKinds.Seller => Read<Seller>(command.Body),
        DefinitionKinds.Partner => Read<Partner>(command.Body),
        DefinitionKinds.Customer => Read<Customer>(command.Body),
        DefinitionKinds.Provider => Read<Provider>(command.Body),
        DefinitionKinds.Calendar => Read<Calendar>(command.Body),
        DefinitionKinds.Meter => Read<Meter>(command.Body),
        DefinitionKinds.Plan => Read<Plan>(command.Body),
        DefinitionKinds.PlanVersion => Read<PlanVersion>(command.Body),
        DefinitionKinds.Product => Read<Product>(command.Body),
        DefinitionKinds.ProductPrice => Read<ProductPrice>(command.Body),
        DefinitionKinds.Agreement => Read<Agreement>(command.Body),
        DefinitionKinds.Subscription => Read<Subscription>(command.Body),
        DefinitionKinds.Wallet => Read<Wallet>(command.Body),
        DefinitionKinds.DunningPolicy => Read<DunningPolicy>(command.Body),
        DefinitionKinds.CustomerCatalogue => Read<CustomerCatalogue>(command.Body),
        DefinitionKinds.Coupon => Read<Coupon>(command.Body),
        DefinitionKinds.TaxRate => Read<TaxRate>(command.Body),
        DefinitionKinds.FxRate => Read<FxRate>(command.Body),
        _ => throw new ArgumentException($"\"{command.Kind}\" is no kind of definition.", nameof(command)),
    };

    private static (object?, FieldErrors) Read<T>(string body) where T : class
    {
        var parsed = Billing.Json.Definitions.Read<T>(body);
        return (parsed.Value, parsed.Errors);
    }

    private static string BodyOf(object definition) => System.Text.Json.JsonSerializer.Serialize(definition, definition.GetType(), BillingJson.Options);

    private static string? ParentOf(string id, object definition) => definition switch
    {
        Customer customer => customer.Partner,
        Partner partner => partner.Parent,
        Provider provider => provider.Partner,
        Subscription subscription => subscription.Customer,
        Agreement agreement => agreement.Calendar,
        Wallet wallet => wallet.Owner,
        CustomerCatalogue catalogue => catalogue.Base,
        // Country, pair of currencies: what stands before the date.
        TaxRate or FxRate => id[..id.LastIndexOf('/')],
        _ => null,
    };

    // Customers do not sell.
    private static string? PrefixOf(string id, object definition) => definition switch
    {
        Seller seller => DocumentNumbers.Prefix(id, seller.NumberPrefix),
        Partner => DocumentNumbers.Prefix(id, null),
        _ => null,
    };

    private static LegRow[] LegsOf(string id, Subscription subscription) =>
        [.. subscription.Legs.Select(leg => new LegRow(leg.Agreement, id, subscription.StartsAt, ServiceLife.EndOf(subscription)))];

    /// <summary>What is wrong, as an answer.</summary>
    internal static DefineAnswer Refused(FieldErrors errors, DefineOutcome outcome = DefineOutcome.Invalid) => new()
    {
        Outcome = outcome,
        Problems = [.. errors.SelectMany(field => field.Value.Select(message => new FieldProblem { Field = field.Key, Message = message }))],
    };
}
