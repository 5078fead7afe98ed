// What is written with a partner that has a reseller code, and with a customer that carries one.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Rows of one transaction with the party (<see cref="DefinitionWrite.Claim"/>).</summary>
internal static class ResellerCodes
{
    /// <summary>The code becomes the partner's, if it is nobody's yet.</summary>
    public static DefinitionWrite Claim(DefineCommand partner, string code, Instant now) => new(DefinitionKinds.ResellerCode, code, null,
        Billing.Json.Definitions.Write(new ResellerCode { Partner = partner.Id }), now, partner.Actor, ExpectedVersion: 0);

    /// <summary>The customer lies in the list of the partner whose code it carries.</summary>
    public static DefinitionWrite Tag(DefineCommand customer, string code, Definition published, Instant now) =>
        new(DefinitionKinds.ResellerTag, customer.Id, Billing.Json.Definitions.Stored<ResellerCode>(published.Body).Partner,
            Billing.Json.Definitions.Write(new ResellerTag { Code = code }), now, customer.Actor);

    /// <summary>The tag of a new customer of the operator's that names no code; null: there is no default.</summary>
    public static async Task<DefinitionWrite?> Default(DefineCommand customer, IDefinitionStore store, Instant now, CancellationToken cancel) =>
        await store.Get(DefinitionKinds.DefaultReseller, DefinitionKinds.Default, cancel) is { } set
        && Billing.Json.Definitions.Stored<ResellerTag>(set.Body).Code is { } code
        && await store.Get(DefinitionKinds.ResellerCode, code, cancel) is { } published ? Tag(customer, code, published, now) : null;

    /// <summary>What is told to whom a code is refused.</summary>
    public static FieldErrors Taken(Definition published) => FieldErrors.Of("reseller_code", $"\"{published.Id}\" is the code of another partner");
}
