// Another reseller code for a customer that has one, or none: only by command, and only for what is invoiced from then on (APIC-14).
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>
/// Customer, tag and agency agreements change in one transaction: who may see the customer and who earns by it are never two partners. Documents that were
/// issued keep the commission that is frozen on them.
/// </summary>
internal sealed class CustomerRetagging(IDefinitionStore store, Catalogue catalogue, BillingClock clock)
{
    /// <summary>Checks and stores; answers the tag.</summary>
    public async Task<DefineAnswer> Write(DefineCommand command, CancellationToken cancel)
    {
        var asked = Billing.Json.Definitions.Stored<ResellerTag>(command.Body);
        if (await store.Get(DefinitionKinds.Customer, command.Id, cancel) is not { } stored)
            return DefinitionWriter.Refused(FieldErrors.Of("id", $"no customer \"{command.Id}\""), DefineOutcome.Conflict);
        var partner = asked.Code is null ? null : await catalogue.Find<ResellerCode>(DefinitionKinds.ResellerCode, asked.Code, cancel);
        if (asked.Code is not null && partner is null)
            return DefinitionWriter.Refused(FieldErrors.Of("reseller_code", $"no reseller_code \"{asked.Code}\""));
        var before = await store.Get(DefinitionKinds.ResellerTag, command.Id, cancel);
        var customer = Billing.Json.Definitions.Stored<Customer>(stored.Body) with { ResellerCode = asked.Code };
        var tag = new DefinitionWrite(DefinitionKinds.ResellerTag, command.Id, partner?.Partner, Billing.Json.Definitions.Write(asked), clock.Now,
            command.Actor);
        var put = await store.Put(tag with
        {
            Beside =
            [
                new DefinitionWrite(DefinitionKinds.Customer, command.Id, stored.Parent, Billing.Json.Definitions.Write(customer), clock.Now, command.Actor,
                    NeedsStream: true, IsParty: true),
                .. await Earning(command, before?.Parent, partner?.Partner, cancel),
            ],
        }, cancel);
        catalogue.Drop();
        return new DefineAnswer { Outcome = DefineOutcome.Replaced, Body = put.Stored!.Body, Version = put.Stored.Version };
    }

    // Agreements by which the old partner earned: the new one does from now on, or nobody.
    private async Task<IReadOnlyList<DefinitionWrite>> Earning(DefineCommand command, string? from, string? to, CancellationToken cancel)
    {
        var writes = new List<DefinitionWrite>();
        foreach (var bought in from is null ? [] : await store.AgreementsBoughtBy(command.Id, cancel))
        {
            var agreement = Billing.Json.Definitions.Stored<Agreement>(bought.Body);
            if (agreement.Beneficiary != from)
                continue;
            var changed = to is null ? agreement with { Beneficiary = null, Commission = null } : agreement with { Beneficiary = to };
            writes.Add(new DefinitionWrite(DefinitionKinds.Agreement, bought.Id, bought.Parent, Billing.Json.Definitions.Write(changed), clock.Now,
                command.Actor));
        }

        return writes;
    }
}
