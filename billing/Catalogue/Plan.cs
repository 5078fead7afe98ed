// A price list, its immutable dated states and their priced elements.
using System.Text.Json.Serialization;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>A price list; its prices stand in versions.</summary>
public sealed record Plan
{
    /// <summary>Printed name.</summary>
    public required string Name { get; init; }
    /// <summary>ISO 4217 of all its prices.</summary>
    public required string Currency { get; init; }
    /// <summary>The partner that may write it and its versions; null: the operator alone.</summary>
    public string? ManagedBy { get; init; }
    /// <summary>The plan of which this one is a catalogue; its versions are what was published of it. Null: a price list of its own.</summary>
    public string? Base { get; init; }
}

/// <summary>One immutable state of a plan, valid from its date (local date of the leg's calendar, or an instant) until the next version.</summary>
public sealed record PlanVersion
{
    /// <summary>Date (<c>2025-01-01</c>) or instant (<c>2025-01-01T00:00:00Z</c>).</summary>
    public required EffectiveFrom EffectiveFrom { get; init; }
    /// <summary>Priced elements; ids are unique in a version and name the same element across versions.</summary>
    public required Charge[] Charges { get; init; }
}

/// <summary>One priced element of a plan.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RecurringCharge), "recurring")]
[JsonDerivedType(typeof(UsageCharge), "usage")]
[JsonDerivedType(typeof(OneTimeCharge), "one_time")]
public abstract record Charge
{
    /// <summary>Unique in its version; the same element keeps its id across versions.</summary>
    public required string Id { get; init; }
    /// <summary>Printed text; made from meter and match by default.</summary>
    public string? Description { get; init; }
    /// <summary>What catalogues may switch and price as one: the service that it is part of.</summary>
    public string? Service { get; init; }
    /// <summary>The collection within the service that it is part of.</summary>
    public string? Collection { get; init; }
}
