// Drafts of a close: opens them with their frozen parties, turns sealed lines into stored lines, writes the totals.
using System.Text.Json;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Shares;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Tax;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Closing;

/// <summary>A draft under work: its key, the terms of its agreement, how many children have reported.</summary>
public sealed class Draft(DocumentHeader header, Agreement agreement, DocumentTerms terms)
{
    /// <summary>Key.</summary>
    public string Key => header.Key;
    /// <summary>Whether it has its number already.</summary>
    public bool Issued => header.Number is not null;
    /// <summary>The stored header.</summary>
    public DocumentHeader Header => header;
    /// <summary>The agreement.</summary>
    public Agreement Agreement => agreement;
    /// <summary>Currency, rounding, tax.</summary>
    public DocumentTerms Terms => terms;
    /// <summary>Children that have reported.</summary>
    public int Reported { get; set; }
    /// <summary>The account of seller and buyer.</summary>
    public AccountKey Account { get; } = new(header.Seller, header.Buyer, header.Currency);
}

/// <summary>The one place where billing's documents become the store's.</summary>
public sealed class DraftWriter(Catalogue catalogue, TaxBook taxes, IDocumentStore documents, BillingClock clock)
{
    /// <summary>The draft of an agreement and period, made if need be.</summary>
    public async Task<Draft> Open(string agreementId, BillingPeriod period, CancellationToken cancel)
    {
        var draft = await Unsaved(agreementId, period, cancel);
        return new Draft(await documents.CreateDraft(draft.Header, cancel), draft.Agreement, draft.Terms);
    }

    /// <summary>The draft beside one, for lines that must wait while the others are issued.</summary>
    public async Task<Draft> Aside(Draft draft, CancellationToken cancel) =>
        new(await documents.CreateDraft(draft.Header with { Key = Identifiers.SetAside(draft.Key) }, cancel), draft.Agreement, draft.Terms);

    /// <summary>A draft of a key of its own in a period, beside the one that its close makes.</summary>
    public async Task<Draft> OpenAlone(string agreementId, BillingPeriod period, string key, CancellationToken cancel)
    {
        var draft = await Unsaved(agreementId, period, cancel);
        return new Draft(await documents.CreateDraft(draft.Header with { Key = key }, cancel), draft.Agreement, draft.Terms);
    }

    /// <summary>The same, and nothing is written.</summary>
    public async Task<Draft> Unsaved(string agreementId, BillingPeriod period, CancellationToken cancel)
    {
        var agreement = DatedTerms.On(await Must<Agreement>(DefinitionKinds.Agreement, agreementId, cancel), period.To);
        var seller = await Party(agreement.Seller, cancel);
        var buyer = await Party(agreement.Buyer, cancel);
        var terms = DocumentTerms.Of(agreement, References.CurrencyOf(seller, buyer)) with { Schedule = await taxes.Of(agreement, seller, buyer, cancel) };
        var header = new DocumentHeader(Identifiers.Document(agreementId, period.Label, agreement.Documents), null,
            agreement.Documents, "draft", agreement.Seller, agreement.Buyer, agreementId, agreement.Calendar, period.Label, period.From, period.To,
            terms.Currency, null, null, null, null, null, null, null, "{}", clock.Now);
        return new Draft(header, agreement, terms);
    }

    /// <summary>The lines of one child.</summary>
    public async Task<ChildLines> Child(Draft draft, string subscription, SealAnswer answer, IReadOnlyList<SealedLine> lines, CancellationToken cancel)
    {
        var sources = new List<(SealedLine, LineSource)>(lines.Count);
        foreach (var line in lines)
            sources.Add((line, await Source(draft.Agreement, line, subscription, answer.Customer, cancel)));
        return Child(draft, subscription, DocumentComposer.Lines(sources, draft.Terms), answer.PurchaseOrder);
    }

    /// <summary>The lines of the account.</summary>
    public static ChildLines Charges(Draft draft, IReadOnlyList<SealedCharge> charges) =>
        Child(draft, Identifiers.AccountChild,
            ChargeLines.Of(charges, draft.Header.Agreement, draft.Header.Period, draft.Header.Buyer, draft.Terms)) with { Beside = true };

    /// <summary>The one line of a prepayment.</summary>
    public static ChildLines Prepayment(Draft draft, LineSource source, SubscriptionChange bought) =>
        Child(draft, Identifiers.PrepaymentChild, [DocumentComposer.Prepayment(bought, source, draft.Header.Period, draft.Terms)]) with { Beside = true };

    private static ChildLines Child(Draft draft, string child, IReadOnlyList<ComposedLine> lines, string? purchaseOrder = null)
    {
        if (draft.Agreement.Documents == "none")
            return new ChildLines(child, []);
        var revenue = lines.GroupBy(line => line.Meter ?? line.Sealed.Kind).Select(group => new RevenueSum(group.Key, group.Sum(line => line.Amount)));
        return new ChildLines(child, [.. lines.Select((line, number) => Stored(line, child, number, purchaseOrder))], lines.Sum(line => line.Prepaid),
            [.. revenue]);
    }

    /// <summary>Writes the totals, or drops a draft without lines. One below zero stays a draft: see <see cref="WaitingLines"/>.</summary>
    public async Task<CloseSliceState> Finish(Draft draft, DraftSums sums, CancellationToken cancel)
    {
        if (sums.Lines == 0)
        {
            await documents.DiscardDraft(draft.Key, cancel);
            return CloseSliceState.Empty;
        }

        var builder = new TotalsBuilder(draft.Terms.Currency, draft.Terms.Rounding);
        foreach (var sum in sums.Taxes)
            builder.Add(sum.Amount, sum.Category, sum.Rate, draft.Terms.ReasonOf(sum.Category));
        var totals = builder.Build() with { Lines = sums.Lines, Prepaid = sums.Prepaid };
        var revenue = (sums.Revenue ?? []).Select(sum => new RevenuePart { Of = sum.Of, Net = sum.Amount }).OrderBy(part => part.Of, StringComparer.Ordinal);
        var body = DocumentBody.Of(await Party(draft.Agreement.Seller, cancel), await Party(draft.Agreement.Buyer, cancel), totals, [.. revenue])
            with { Commission = Commission(draft, totals.Net), Children = draft.Reported == 0 ? null : draft.Reported };
        await documents.SetTotals(draft.Key, new DocumentTotals(totals.Net, totals.Tax, totals.Total, JsonSerializer.Serialize(body, BillingJson.Options)),
            cancel);
        return totals.HasNegativeCategory ? CloseSliceState.Empty : CloseSliceState.Composed;
    }

    /// <summary>What a wallet has paid of a stored line.</summary>
    public static decimal PrepaidOf(DocumentLine line) =>
        // Few lines are prepaid, and half a million of a document go through here.
        line.Body.Contains("\"prepaid\"", StringComparison.Ordinal) ? Billing.Json.Definitions.Stored<DocumentLineBody>(line.Body).Prepaid ?? 0 : 0;

    /// <summary>Stored lines by what was sold.</summary>
    public static IReadOnlyList<RevenueSum> RevenueOf(IEnumerable<DocumentLine> lines) =>
        [.. lines.Select(line => (Body: Billing.Json.Definitions.Stored<DocumentLineBody>(line.Body), line.Amount))
            .GroupBy(line => line.Body.Meter ?? line.Body.Kind).Select(group => new RevenueSum(group.Key, group.Sum(line => line.Amount)))];

    private async Task<LineSource> Source(Agreement agreement, SealedLine line, string subscription, string customer, CancellationToken cancel)
    {
        var plan = await Must<Plan>(DefinitionKinds.Plan, line.Plan, cancel);
        if (PackageCharge.TryRead(line.Charge, out var package))
            return new LineSource(subscription, customer, plan.Name, package, await catalogue.Find<Meter>(DefinitionKinds.Meter, package.Meter, cancel));
        if (DiscountCharge.CouponOf(line.Charge) is { } coupon)
        {
            var discount = DiscountCharge.Of(line.Charge, await Must<Coupon>(DefinitionKinds.Coupon, coupon, cancel));
            return new LineSource(subscription, customer, plan.Name, discount);
        }

        var charge = await catalogue.ChargeOf(line.Plan, line.PlanVersion, PrepaidFee.ChargeOf(Surcharge.ChargeOf(line.Charge)), cancel);
        if (charge is RecurringCharge fee)
            charge = fee with { Price = FeeAdjustment.Of(agreement.FeeAdjustment, fee.Price) };
        var meter = charge is UsageCharge usage ? await catalogue.Find<Meter>(DefinitionKinds.Meter, usage.Meter, cancel) : null;
        return new LineSource(subscription, customer, plan.Name, charge, meter);
    }

    private static DocumentLine Stored(ComposedLine line, string child, int number, string? purchaseOrder)
    {
        var fact = line.Sealed;
        var body = new DocumentLineBody
        {
            Plan = fact.Plan,
            PlanVersion = fact.PlanVersion,
            Charge = fact.Charge,
            Kind = fact.Kind,
            OriginalPeriod = fact.OriginalPeriod,
            Late = fact.Late,
            Meter = line.Meter,
            PurchaseOrder = purchaseOrder,
            Provider = line.Provider,
            Commissionable = line.Commissionable,
            Shares = line.Shares,
            Original = line.Original,
            Prepaid = line.Prepaid == 0 ? null : line.Prepaid,
            Proof = fact.ProofHash is { } hash
                ? new LineProof { Count = fact.Count, Sum = fact.Amount, Hash = hash, FromVersion = fact.FromVersion, ToVersion = fact.ToVersion }
                : null,
        };
        var position = Identifiers.IsAccountLine(child) ? 1 : 0;
        return new DocumentLine(position, child, number, line.Customer, line.Description, line.Quantity, line.UnitPrice, line.Amount,
            line.TaxCategory, line.TaxRate, line.From, line.To, JsonSerializer.Serialize(body, BillingJson.Options));
    }

    private static CommissionPart? Commission(Draft draft, decimal net) => draft.Agreement is { Commission: { } terms, Beneficiary: { } beneficiary }
        ? new CommissionPart
        {
            Beneficiary = beneficiary, Rate = terms.Rate, Basis = terms.Basis,
            Amount = ShareSplit.Commission(net, draft.Terms.Currency, draft.Terms.Rounding, terms),
        }
        : null;

    private async Task<object> Party(string id, CancellationToken cancel) =>
        await catalogue.Find<object>(DefinitionKinds.Seller, id, cancel) ?? await catalogue.Find<object>(DefinitionKinds.Partner, id, cancel)
        ?? await Must<Customer>(DefinitionKinds.Customer, id, cancel);

    private async Task<T> Must<T>(string kind, string id, CancellationToken cancel) where T : class =>
        await catalogue.Find<T>(kind, id, cancel) ?? throw new InvalidOperationException($"The store has no {kind} \"{id}\", but something refers to it.");
}
