// Publishes a catalogue: a version of the plan that is called as the catalogue, within one turn of that plan.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>
/// The first version holds since the base plan's, since nothing was sold by the catalogue before; each later one from now on. The same again changes
/// nothing and answers the version that stands.
/// </summary>
public sealed class CataloguePublishing(Catalogue catalogue, DefinitionWriter writer, BillingClock clock)
{
    /// <summary>Publishes.</summary>
    public async Task<DefineAnswer> Publish(PublishCommand command, CancellationToken cancel)
    {
        await catalogue.Refresh(cancel);
        var draft = await catalogue.Find<CustomerCatalogue>(DefinitionKinds.CustomerCatalogue, command.Catalogue, cancel)
            ?? throw new ArgumentException($"There is no catalogue \"{command.Catalogue}\".", nameof(command));
        if (In(await catalogue.PlanVersions(draft.Base, cancel)) is not { } version)
            return DefinitionWriter.Refused(FieldErrors.Of("base", $"plan \"{draft.Base}\" has no version in force"), DefineOutcome.Conflict);
        var (charges, errors) = CatalogueDecider.Publish(draft, version);
        if (!errors.IsEmpty)
            return DefinitionWriter.Refused(errors, DefineOutcome.Conflict);
        var plan = await catalogue.Find<Plan>(DefinitionKinds.Plan, command.Catalogue, cancel);
        if (plan is not null && plan.Base != draft.Base)
            return DefinitionWriter.Refused(FieldErrors.Of("id", $"\"{command.Catalogue}\" is a plan of its own: choose another id"), DefineOutcome.Conflict);
        if (plan is null)
        {
            var of = (await catalogue.Find<Plan>(DefinitionKinds.Plan, draft.Base, cancel))!;
            await writer.Write(Define(DefinitionKinds.Plan, command), of with { Base = draft.Base, ManagedBy = null }, cancel);
        }

        return await Add(command, version, charges, cancel);
    }

    private async Task<DefineAnswer> Add(PublishCommand command, PlanVersion version, Charge[] charges, CancellationToken cancel)
    {
        var published = (await catalogue.PlanVersions(command.Catalogue, cancel)).OrderBy(one => one.Number).ToList();
        if (published.Count > 0 && Same(published[^1].Version.Charges, charges))
            return new DefineAnswer { Outcome = DefineOutcome.Unchanged, Version = published[^1].Number };
        // A sandbox clock may stand still between two of them.
        var after = published.Select(one => one.Version.EffectiveFrom.Instant).OfType<Instant>().DefaultIfEmpty(Instant.MinValue).Max();
        var from = published.Count == 0 ? version.EffectiveFrom : new EffectiveFrom { Instant = Instant.Max(clock.Now, after + Duration.FromTicks(10)) };
        return await writer.Write(Define(DefinitionKinds.PlanVersion, command), new PlanVersion { EffectiveFrom = from, Charges = charges }, cancel);
    }

    // Dates of plans are local to whoever reads them; here in UTC.
    private PlanVersion? In(IReadOnlyList<(int Number, PlanVersion Version)> versions) => versions.Count == 0 ? null
        : (new PlanTimeline(versions, DateTimeZone.Utc) is var timeline ? timeline.At(clock.Now) ?? timeline.Versions[0] : null)?.Version;

    private static bool Same(Charge[] one, Charge[] other) => Billing.Json.Definitions.Write(one) == Billing.Json.Definitions.Write(other);

    private static DefineCommand Define(string kind, PublishCommand command) => new() { Kind = kind, Id = command.Catalogue, Body = "", Actor = command.Actor };
}
