// What can be said to a seller, calendar, meter, agreement or plan.
namespace OrleansBilling.GrainInterfaces.Definitions;

/// <summary>Serialises the writes of one definition. Key: kind, slash, id (<see cref="Identifiers"/>).</summary>
[Alias("ob.IDefinitionGrain")]
public interface IDefinitionGrain : IGrainWithStringKey
{
    /// <summary>Creates or replaces it; a plan version is only ever added.</summary>
    [Alias("Define")]
    Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel = default);

    /// <summary>A plan: publishes the catalogue that is called as it is; the answer is the plan's version.</summary>
    [Alias("Publish")]
    Task<DefineAnswer> Publish(PublishCommand command, CancellationToken cancel = default);

    /// <summary>A plan: adds the versions that a rate sheet makes, or says what they would be.</summary>
    [Alias("ImportRates")]
    Task<ImportRatesAnswer> ImportRates(ImportRatesCommand command, CancellationToken cancel = default);
}
