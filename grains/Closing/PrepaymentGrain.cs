// The invoice of a prepayment: issued when it is bought, outside of any close (domain 0.3, rule 24).
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Closing;

/// <summary>
/// The command on the subscription says it all: whoever finds one without its invoice makes it. Every step can be repeated, and a row of due work stands
/// until the last one is done.
/// </summary>
[GrainType("prepayment")]
public sealed class PrepaymentGrain(IDefinitionStore definitions, IDocumentStore documents, DraftWriter drafts, DocumentIssuer issuer, TermsResolver resolver,
    Catalogue catalogue, CrashPoints crash) : Grain, IPrepaymentGrain
{
    /// <inheritdoc/>
    public async Task<bool> GoOn(CancellationToken cancel)
    {
        var subscription = this.GetPrimaryKeyString();
        if (await definitions.Get(DefinitionKinds.Subscription, subscription, cancel) is not { } stored)
            return true;
        var definition = Billing.Json.Definitions.Stored<Subscription>(stored.Body);
        foreach (var bought in (definition.Changes ?? []).Where(change => change.Prepaid is not null))
        {
            if (await documents.GetByKey(Identifiers.Prepayment(subscription, bought.Id!), cancel) is { Number: not null })
                continue;
            crash.Reach(CrashPoints.PrepaymentBought);
            await Issue(subscription, definition, bought, cancel);
        }

        return true;
    }

    private async Task Issue(string subscription, Subscription definition, SubscriptionChange bought, CancellationToken cancel)
    {
        var leg = await resolver.Rater(bought.Agreement!, definition.Legs.First(leg => leg.Agreement == bought.Agreement).Plan, cancel);
        var (calendar, recorded) = (leg.Calendar, bought.RecordedAt!.Value);
        var draft = await drafts.OpenAlone(bought.Agreement!, calendar.PeriodAt(recorded), Identifiers.Prepayment(subscription, bought.Id!), cancel);
        var source = await Source(subscription, definition, bought, leg, cancel);
        var sums = await documents.AddChildren(draft.Key, [DraftWriter.Prepayment(draft, source, bought)], cancel);
        await drafts.Finish(draft, sums, cancel);
        await issuer.IssueNow(draft, calendar.DateOf(recorded), number => new PrepaymentSold
        {
            Id = $"{subscription}/{bought.Id}", Document = number, Amount = sums.Taxes.Sum(tax => tax.Amount),
            ReleasedAt = [.. PrepaidPeriods.EndsOf(bought, definition, leg)],
        }, cancel);
    }

    private async Task<LineSource> Source(string subscription, Subscription definition, SubscriptionChange bought, Billing.Rating.LegRater leg,
        CancellationToken cancel)
    {
        var plan = ServiceLife.PlansOf(definition, definition.Legs.First(one => one.Agreement == bought.Agreement))[^1].Plan;
        var version = PrepaidPeriods.VersionOf(bought, await resolver.Rater(bought.Agreement!, plan, cancel));
        var charge = version.Version.Charges.First(charge => charge.Id == bought.Charge);
        if (charge is RecurringCharge fee)
            charge = fee with { Price = FeeAdjustment.Of(leg.Agreement.FeeAdjustment, fee.Price) };
        return new LineSource(subscription, definition.Customer, (await catalogue.Find<Plan>(DefinitionKinds.Plan, plan, cancel))!.Name, charge);
    }
}
