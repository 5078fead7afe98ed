// Which published catalogue the legs of a purchase go by, and whether it was made from the newest.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>What was assigned, or why not; stale: the catalogue was published anew since.</summary>
public sealed record AssignedCatalogue(Subscription Subscription, FieldErrors Errors, bool IsStale = false);

/// <summary>
/// A leg by the base plan, on an agreement that has a catalogue, is a leg by the catalogue's plan from then on. Its prices follow what is
/// published; another catalogue that is linked later is for later purchases.
/// </summary>
public sealed class CatalogueAssignment(Catalogue catalogue)
{
    /// <summary>Assigns; <paramref name="stands"/> is the subscription as it is stored, or null: it is a purchase.</summary>
    public async Task<AssignedCatalogue> Assign(Subscription asked, Subscription? stands, CancellationToken cancel)
    {
        var legs = asked.Legs.ToArray();
        for (var index = 0; index < legs.Length; index++)
        {
            var leg = legs[index];
            if (Array.Find(stands?.Legs ?? [], one => one.Agreement == leg.Agreement) is { } before && await BaseOf(before.Plan, cancel) == leg.Plan)
            {
                legs[index] = leg with { Plan = before.Plan };
                continue;
            }

            if (stands is not null || await LinkedTo(leg, cancel) is not { } linked || linked == leg.Plan)
                continue;
            if (await BaseOf(linked, cancel) is not { } sold)
                return Refused(asked, $"legs[{index}].agreement", $"its catalogue \"{linked}\" was never published");
            if (sold != leg.Plan)
                continue;
            // What another process has published a moment ago counts.
            await catalogue.Refresh(cancel);
            var newest = (await catalogue.PlanVersions(linked, cancel)).Max(version => version.Number);
            if (asked.CatalogueVersion != newest)
                return Refused(asked, "catalogue_version", $"must be {newest}, the published version of catalogue \"{linked}\"") with { IsStale = true };
            legs[index] = leg with { Plan = linked };
        }

        return new AssignedCatalogue(asked with { Legs = legs }, new FieldErrors());
    }

    private async Task<string?> LinkedTo(Leg leg, CancellationToken cancel) =>
        (await catalogue.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement, cancel))?.Catalogue;

    private async Task<string?> BaseOf(string plan, CancellationToken cancel) => (await catalogue.Find<Plan>(DefinitionKinds.Plan, plan, cancel))?.Base;

    private static AssignedCatalogue Refused(Subscription asked, string field, string message) => new(asked, FieldErrors.Of(field, message));
}
