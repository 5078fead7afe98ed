// Messages of a preview: the lines that a close would write now.
namespace OrleansBilling.GrainInterfaces.Closing;

/// <summary>Preview one agreement of a buyer.</summary>
[GenerateSerializer, Immutable, Alias("ob.PreviewCommand")]
public sealed record PreviewCommand
{
    /// <summary>Agreement.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Label of the period.</summary>
    [Id(1)] public required string Period { get; init; }
    /// <summary>The cursor of the page before, or null.</summary>
    [Id(2)] public string? Cursor { get; init; }
    /// <summary>Sum of the lines on the pages before: what discounts of the account may use up.</summary>
    [Id(3)] public decimal Net { get; init; }
}

/// <summary>Some of the lines.</summary>
[GenerateSerializer, Immutable, Alias("ob.PreviewPage")]
public sealed record PreviewPage
{
    /// <summary>In the document's order.</summary>
    [Id(0)] public required PreviewLine[] Lines { get; init; }
    /// <summary>Where the next page begins; null: this was the last one.</summary>
    [Id(1)] public string? Cursor { get; init; }
    /// <summary>Everything durable until then is in these lines, µs since 1970 UTC; null: nobody was asked.</summary>
    [Id(2)] public long? AsOfMicros { get; init; }
    /// <summary>True: the period is closed, there is nothing to preview.</summary>
    [Id(3)] public bool Closed { get; init; }
    /// <summary>An archive has the seal of a subscription, and with it its lines; then there are no lines here. Null: they are here.</summary>
    [Id(4)] public ArchivedSeal? Archived { get; init; }
}

/// <summary>A line of a document that is not issued.</summary>
[GenerateSerializer, Immutable, Alias("ob.PreviewLine")]
public sealed record PreviewLine
{
    /// <summary>Subscription.</summary>
    [Id(0)] public required string Subscription { get; init; }
    /// <summary>Number within the subscription.</summary>
    [Id(1)] public required int Number { get; init; }
    /// <summary>Customer.</summary>
    [Id(2)] public required string Customer { get; init; }
    /// <summary>As printed.</summary>
    [Id(3)] public required string Description { get; init; }
    /// <summary>Units.</summary>
    [Id(4)] public required decimal Quantity { get; init; }
    /// <summary>Exact, or null.</summary>
    [Id(5)] public decimal? UnitPrice { get; init; }
    /// <summary>Rounded.</summary>
    [Id(6)] public required decimal Amount { get; init; }
    /// <summary>What a wallet has paid of it.</summary>
    [Id(7)] public decimal Prepaid { get; init; }
    /// <summary>UNCL5305.</summary>
    [Id(8)] public required string TaxCategory { get; init; }
    /// <summary>Percent.</summary>
    [Id(9)] public required decimal TaxRate { get; init; }
    /// <summary>First day as days since 1970-01-01.</summary>
    [Id(10)] public required int FromDay { get; init; }
    /// <summary>Last day (inclusive) as days since 1970-01-01.</summary>
    [Id(11)] public required int ToDay { get; init; }
    /// <summary>What it was made from (billing: DocumentLineBody, as JSON).</summary>
    [Id(12)] public required string Body { get; init; }
}
