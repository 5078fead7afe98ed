// The backfills of a subscription: what the events of each come to, by total and by what paid for it.
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>What a backfill came to in one total. Named by identity, since the total itself may be archived and begun anew.</summary>
/// <param name="Purse">As in <see cref="UsageCell.Purse"/>.</param>
/// <param name="Grant">The package that paid, by number; 0: none.</param>
public sealed record BackfillPart(CellIdentity Identity, int Purse, int Grant)
{
    /// <summary>Units.</summary>
    public decimal Quantity { get; internal set; }
    /// <summary>Exact amount.</summary>
    public decimal Amount { get; internal set; }
}

/// <summary>One backfill on one subscription.</summary>
public sealed class Backfill(string id)
{
    private readonly List<BackfillPart> parts = [];
    private readonly SortedDictionary<string, decimal> quantities = new(StringComparer.Ordinal);

    /// <summary>Its id.</summary>
    public string Id { get; } = id;
    /// <summary>Events that were accepted, those that were taken back included.</summary>
    public long Events { get; internal set; }
    /// <summary>It was taken back: nothing is added any more.</summary>
    public bool IsReverted { get; internal set; }
    /// <summary>What stands.</summary>
    public IReadOnlyList<BackfillPart> Parts => parts;
    /// <summary>Quantities of its events by meter, as sent.</summary>
    public IReadOnlyDictionary<string, decimal> Quantities => quantities;

    internal void Add(string meter, decimal quantity)
    {
        Events++;
        quantities[meter] = quantities.GetValueOrDefault(meter) + quantity;
    }

    internal void Add(CellIdentity identity, int purse, int grant, decimal quantity, decimal amount)
    {
        var part = parts.Find(one => one.Purse == purse && one.Grant == grant && (ReferenceEquals(one.Identity, identity) || one.Identity == identity));
        if (part is null)
            parts.Add(part = new BackfillPart(identity, purse, grant));
        (part.Quantity, part.Amount) = (part.Quantity + quantity, part.Amount + amount);
    }

    internal void Revert()
    {
        IsReverted = true;
        parts.Clear();
        quantities.Clear();
    }
}

/// <summary>Part of the state: changed by backfilled events and by those that take them back.</summary>
public sealed class BackfillBook
{
    private readonly List<Backfill> all = [];

    /// <summary>In the order in which they began.</summary>
    public IReadOnlyList<Backfill> All => all;

    /// <summary>By id, or null: nothing was ever counted for it, and it was not taken back.</summary>
    public Backfill? Find(string id) => all.Find(one => one.Id == id);

    /// <summary>Whether a package pays for something that may be taken back.</summary>
    public bool NeedsGrant(int grant) => all.Exists(one => one.Parts.Any(part => part.Grant == grant));

    /// <summary>Takes up an event whose legs are counted already; one that has nothing to do with backfills changes nothing.</summary>
    internal void Take(SubscriptionState state, scoped in UsageRecord record, ReadOnlySpan<LegAmount> legs)
    {
        if (BackfillName.Is(record.Source))
        {
            var of = Of(Encoding.UTF8.GetString(BackfillName.Of(record.Source).Id));
            of.Add(Encoding.UTF8.GetString(record.Meter), record.Quantity);
            foreach (var leg in legs)
            {
                ref var cell = ref state.CellAt(state.PositionOf(leg.Cell));
                of.Add(cell.Identity, cell.Purse, leg.Grant, leg.Quantity, leg.Amount);
            }
        }
        else if (BackfillName.IsRevert(record))
        {
            Of(BackfillDecider.RevertedBy(record)).Revert();
        }
    }

    internal void Write(ref PackedWriter writer)
    {
        writer.Count(all.Count);
        foreach (var one in all)
        {
            writer.String(one.Id);
            writer.Varint((ulong)one.Events);
            writer.Byte(one.IsReverted ? (byte)1 : (byte)0);
            writer.Count(one.Quantities.Count);
            foreach (var (meter, quantity) in one.Quantities)
            {
                writer.String(meter);
                writer.Decimal(quantity);
            }

            writer.Count(one.Parts.Count);
            foreach (var part in one.Parts)
            {
                part.Identity.Write(ref writer);
                writer.Count(part.Purse);
                writer.Count(part.Grant);
                writer.Decimal(part.Quantity);
                writer.Decimal(part.Amount);
            }
        }
    }

    internal void Read(ref PackedReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var one = new Backfill(reader.String());
            var (events, reverted) = (reader.Int63(), reader.Byte() != 0);
            for (var meters = reader.Count(); meters > 0; meters--)
                one.Add(reader.String(), reader.Decimal());
            for (var parts = reader.Count(); parts > 0; parts--)
                one.Add(CellIdentity.Read(ref reader), reader.Count(), reader.Count(), reader.Decimal(), reader.Decimal());
            (one.Events, one.IsReverted) = (events, reverted);
            all.Add(one);
        }
    }

    private Backfill Of(string id)
    {
        if (Find(id) is { } known)
            return known;
        all.Add(new Backfill(id));
        return all[^1];
    }
}
