// Whether a caller may have a usage alert, and who is told.
using OrleansBilling.Billing.Alerts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Alerts;

/// <summary>What a party does not see is as good as not there: nobody learns an amount of a leg in which it neither sells nor buys.</summary>
public sealed class AlertWriter(IDefinitionStore definitions, IPartyTree tree)
{
    /// <summary>Whether the caller sees a stored alert.</summary>
    public ValueTask<bool> Sees(ApiCaller caller, UsageAlertRow row, CancellationToken cancel) => tree.SeesParty(caller, row.Party, cancel);

    /// <summary>Who is told, or what is wrong with it.</summary>
    public async Task<(string? ToldTo, Problem? Problem)> Check(ApiCaller caller, UsageAlert alert, CancellationToken cancel)
    {
        var errors = UsageAlertRules.Check(alert);
        if (!errors.IsEmpty)
            return (null, Problems.Invalid(errors));
        var (field, id) = alert.Party is { } party ? ("party", party) : ("subscription", alert.Subscription!);
        var about = alert.Party is null ? await CustomerOf(caller, id, cancel) : await Party(caller, id, cancel);
        if (about is null)
            errors.Add(field, $"no {field} \"{id}\"");
        if (alert.Meter is { } meter && await definitions.Get(DefinitionKinds.Meter, meter, cancel) is null)
            errors.Add("meter", $"no meter \"{meter}\"");
        var agreement = await definitions.Get(DefinitionKinds.Agreement, alert.Agreement, cancel) is { } stored
            ? Billing.Json.Definitions.Stored<Agreement>(stored.Body)
            : null;
        if (agreement is null || !KnownFacts.IsPartyTo(caller, agreement))
            errors.Add("agreement", $"no agreement \"{alert.Agreement}\"");
        if (!errors.IsEmpty)
            return (null, Problems.Invalid(errors));
        return (about == agreement!.Seller || about == agreement.Buyer ? about : agreement.Buyer, null);
    }

    private async Task<string?> Party(ApiCaller caller, string party, CancellationToken cancel) =>
        await tree.SeesParty(caller, party, cancel) && (await definitions.Get(DefinitionKinds.Partner, party, cancel) is not null
            || await definitions.Get(DefinitionKinds.Customer, party, cancel) is not null) ? party : null;

    private async Task<string?> CustomerOf(ApiCaller caller, string subscription, CancellationToken cancel) =>
        await tree.SeesSubscription(caller, subscription, cancel)
            ? (await definitions.Get(DefinitionKinds.Subscription, subscription, cancel))?.Parent
            : null;
}
