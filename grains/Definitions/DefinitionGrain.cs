// A seller, calendar, meter, agreement or plan: one owner for its writes.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Its turn is the lock: a plan's next version number cannot be given twice.</summary>
[GrainType("definition")]
public sealed class DefinitionGrain(DefinitionWriter writer, RateSheetImport rates, CataloguePublishing publishing) : Grain, IDefinitionGrain
{
    /// <inheritdoc/>
    public async Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel)
    {
        var answer = await writer.Write(command, cancel);
        if (command.Kind == DefinitionKinds.Calendar && answer.Outcome is DefineOutcome.Created or DefineOutcome.Replaced or DefineOutcome.Unchanged)
            await GrainFactory.GetGrain<ICycleCoordinatorGrain>(command.Id).Schedule(cancel);
        return answer;
    }

    /// <inheritdoc/>
    public Task<DefineAnswer> Publish(PublishCommand command, CancellationToken cancel) => publishing.Publish(command, cancel);

    /// <inheritdoc/>
    public Task<ImportRatesAnswer> ImportRates(ImportRatesCommand command, CancellationToken cancel) => rates.Import(command, cancel);
}
