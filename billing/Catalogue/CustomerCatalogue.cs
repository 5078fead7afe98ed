// What one group of customers is offered: a plan with some of it switched off or priced otherwise.
namespace OrleansBilling.Billing.Catalogue;

/// <summary>
/// A draft: what is published of it is a version of a plan that is called as the catalogue (<see cref="Plan.Base"/>), so that usage, lines and proofs know
/// no other prices than those of plans. An agreement names the catalogue that its buyer purchases from.
/// </summary>
public sealed record CustomerCatalogue
{
    /// <summary>The plan that is sold where no catalogue says otherwise.</summary>
    public required string Base { get; init; }
    /// <summary>
    /// By level (<c>service</c>, <c>collection</c>, <c>item</c>), then by name: those that charges of the plan name as theirs; an item is a charge by its id.
    /// </summary>
    public Dictionary<string, Dictionary<string, CatalogueLevel>> Levels { get; init; } = [];
}

/// <summary>What a catalogue says of one service, collection or item.</summary>
public sealed record CatalogueLevel
{
    /// <summary>Off: whatever is within it is not sold; no level within can switch it on again.</summary>
    public bool Enabled { get; init; } = true;
    /// <summary>Of the plan's prices. The closest level that has one counts: item, then collection, then service.</summary>
    public decimal? Multiplier { get; init; }
    /// <summary>Of an item: its price, instead of the plan's and of any multiplier.</summary>
    public decimal? Price { get; init; }
}
