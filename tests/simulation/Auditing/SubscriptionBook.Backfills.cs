// Backfills in a subscription's stream: a revert takes back exactly what stands, to the unit and the last digit, and nothing counts after it.
namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>One backfill on one subscription as the journal has it.</summary>
public sealed class BackfillBook
{
    public long Events { get; set; }
    public bool IsReverted { get; set; }

    /// <summary>Quantities as sent, less those of the entries that take them back.</summary>
    public decimal Quantity { get; set; }

    /// <summary>Units and amount by total and package.</summary>
    public Dictionary<(CellOpened Total, int Grant), (decimal Quantity, decimal Amount)> Standing { get; } = [];
}

public sealed partial class SubscriptionBook
{
    /// <summary>Source of the entries that take a backfill back.</summary>
    public const string RevertSource = "urn:billing:backfill";

    public Dictionary<string, BackfillBook> Backfills { get; } = [];

    /// <summary>The backfill of an event, by its source <c>urn:billing:backfill/{day}/{backfill}/{source as sent}</c>; null: of none.</summary>
    public static string? BackfillOf(string source) => source.StartsWith(RevertSource + "/", StringComparison.Ordinal) ? source.Split('/', 4)[2] : null;

    // Before its legs are charged: those are counted as of any event.
    private void Fill(EventCounted counted, string at)
    {
        if (BackfillOf(counted.Event.Source) is not { } backfill)
            return;
        var book = Book(backfill);
        findings.Require(!book.IsReverted, Kind.Revert, () => $"{at} counts {counted.Event} of {backfill}, which was reverted before.");
        book.Events++;
        book.Quantity += counted.Event.Quantity;
        Stand(book, counted);
    }

    // One fact may have several entries.
    private void Revert(EventCounted counted, string backfill, string at)
    {
        var book = Book(backfill);
        book.IsReverted = true;
        book.Quantity += counted.Event.Quantity;
        foreach (var leg in counted.Legs)
        {
            var stands = Total(leg.Cell) is { } total ? book.Standing.GetValueOrDefault((total, leg.Grant)) : default;
            findings.Require((stands.Quantity, stands.Amount) == (-leg.Quantity, -leg.Amount), Kind.Revert,
                () => $"{at} takes back {leg} of {backfill}, where {stands.Quantity} for {stands.Amount} stand.");
            Count(leg);
        }

        Stand(book, counted);
    }

    private void NothingStandsOfReverted()
    {
        foreach (var (backfill, book) in Backfills.Where(one => one.Value.IsReverted))
        {
            findings.Require(book.Quantity == 0, Kind.Revert, () => $"{id}: {book.Quantity} stand of {backfill}, which was reverted.");
            foreach (var (part, stands) in book.Standing)
                findings.Require(stands == default, Kind.Revert, () => $"{id}: {stands.Quantity} for {stands.Amount} stand of {backfill} in {part}, which was reverted.");
        }
    }

    private void Stand(BackfillBook book, EventCounted counted)
    {
        foreach (var leg in counted.Legs)
        {
            if (Total(leg.Cell) is not { } total)
                continue;
            var (quantity, amount) = book.Standing.GetValueOrDefault((total, leg.Grant));
            book.Standing[(total, leg.Grant)] = (quantity + leg.Quantity, amount + leg.Amount);
        }
    }

    // Whatever its number: a total that was archived goes on under a new one.
    private CellOpened? Total(int number) => cells.TryGetValue(number, out var cell) ? cell with { Recorded = 0, Number = 0 } : null;

    private BackfillBook Book(string backfill)
    {
        if (!Backfills.TryGetValue(backfill, out var book))
            Backfills[backfill] = book = new BackfillBook();
        return book;
    }
}
