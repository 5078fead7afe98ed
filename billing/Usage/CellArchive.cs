// Totals of periods that nothing changes any more, packed tight: they are asked for now and then, and must not weigh on the rest.
using OrleansBilling.Billing.Allowances;

namespace OrleansBilling.Billing.Usage;

/// <summary>What one charge came to in one period. Price versions stay apart as they were counted; all of it is sealed.</summary>
public readonly record struct ArchivedTotal(string Agreement, string Plan, string Charge, string Meter, string Period, long Count, decimal Quantity,
    decimal Amount, bool IsCovered = false)
{
    /// <summary>Units that were carried into the next period: none of usage, but no longer there to be used.</summary>
    public bool IsCarried { get; init; }
}

/// <summary>A few dozen bytes a total: texts stand once and are named by their number after that.</summary>
public sealed class CellArchive
{
    private readonly List<string> texts = [];
    private PackedWriter totals = new(0);

    /// <summary>How many totals.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that it holds, the texts aside.</summary>
    public int Bytes => totals.Length;

    /// <summary>Adds a cell that is done with.</summary>
    public void Add(in UsageCell cell)
    {
        var identity = cell.Identity;
        Add(new ArchivedTotal(identity.Agreement, identity.Plan, identity.Charge, identity.Meter, identity.Period.Label, cell.Count, cell.Quantity,
            cell.Amount, cell.IsCovered));
    }

    /// <summary>Adds included units that were carried out of a period that is done with.</summary>
    internal void Add(CarriedOut units) =>
        Add(new ArchivedTotal(units.Agreement, units.Plan, units.Charge, units.Meter, units.Period, 0, units.Quantity, 0) { IsCarried = true });

    /// <summary>Units that a charge has priced in a period on an agreement: <see cref="SubscriptionState.UsedOf"/> has the others.</summary>
    public decimal UsedOf(CellIdentity identity) => Count == 0 ? 0 : All(identity.Period.Label).Where(total => !total.IsCovered
        && total.Charge == identity.Charge && total.Agreement == identity.Agreement && total.Plan == identity.Plan).Sum(total => total.Quantity);

    /// <summary>The totals of a period by label, oldest first.</summary>
    public List<ArchivedTotal> Of(string period) => [.. All(period).Where(total => !total.IsCarried)];

    private List<ArchivedTotal> All(string period)
    {
        var found = new List<ArchivedTotal>();
        var wanted = texts.IndexOf(period);
        var reader = new PackedReader(totals.Written.Span);
        while (wanted >= 0 && !reader.AtEnd)
        {
            var total = Read(ref reader, out var label);
            if (label == wanted)
                found.Add(total);
        }

        return found;
    }

    internal void Write(ref PackedWriter writer)
    {
        writer.Count(texts.Count);
        foreach (var text in texts)
            writer.String(text);
        writer.Count(Count);
        writer.Bytes(totals.Written.Span);
    }

    /// <summary>Adds what <see cref="Write"/> wrote; every total is read once, so that damage shows now and not when somebody asks.</summary>
    internal void Read(ref PackedReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
            texts.Add(reader.String());
        Count = reader.Count();
        var packed = reader.Bytes();
        totals.Raw(packed);
        var check = new PackedReader(packed);
        for (var left = Count; left > 0; left--)
            Read(ref check, out _);
        if (!check.AtEnd)
            throw new PackedFormatException("something follows the archived totals");
    }

    private void Add(in ArchivedTotal total)
    {
        foreach (var text in (ReadOnlySpan<string>)[total.Agreement, total.Plan, total.Charge, total.Meter, total.Period])
            totals.Count(NumberOf(text));
        totals.Varint((ulong)total.Count);
        totals.Decimal(total.Quantity);
        totals.Decimal(total.Amount);
        totals.Byte(total.IsCarried ? (byte)2 : total.IsCovered ? (byte)1 : (byte)0);
        Count++;
    }

    private ArchivedTotal Read(ref PackedReader reader, out int label)
    {
        var (agreement, plan, charge, meter) = (Text(reader.Count()), Text(reader.Count()), Text(reader.Count()), Text(reader.Count()));
        label = reader.Count();
        var total = new ArchivedTotal(agreement, plan, charge, meter, Text(label), reader.Int63(), reader.Decimal(), reader.Decimal());
        return reader.Byte() switch
        {
            0 => total,
            1 => total with { IsCovered = true },
            2 => total with { IsCarried = true },
            _ => throw new PackedFormatException("an archived total is of no known kind"),
        };
    }

    private string Text(int number) => number < texts.Count ? texts[number] : throw new PackedFormatException($"text {number} is not defined");

    private int NumberOf(string text)
    {
        var number = texts.IndexOf(text);
        if (number >= 0)
            return number;
        texts.Add(text);
        return texts.Count - 1;
    }
}
