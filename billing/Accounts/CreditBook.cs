// Credit of an account: what came in or was credited, and where it went.
namespace OrleansBilling.Billing.Accounts;

/// <summary>One payment or credit note as money that can be used.</summary>
public sealed class Credit(string source)
{
    private readonly List<Allocation> used = [];

    /// <summary>Id of the payment, or number of the credit note.</summary>
    public string Source => source;

    /// <summary>Not used yet.</summary>
    public decimal Left { get; internal set; }

    /// <summary>What it has settled, in order.</summary>
    public IReadOnlyList<Allocation> Used => used;

    internal void Use(string document, decimal amount) => used.Add(new Allocation(document, amount));

    internal void TakeBack()
    {
        used.Clear();
        Left = 0;
    }
}

/// <summary>All credits, in the order in which they came: the oldest is used first.</summary>
public sealed class CreditBook
{
    private readonly Dictionary<string, Credit> bySource = new(StringComparer.Ordinal);
    private readonly List<Credit> order = [];

    /// <summary>What can be used.</summary>
    public decimal Unapplied { get; private set; }

    /// <summary>One of them, or null.</summary>
    public Credit? Find(string source) => bySource.GetValueOrDefault(source);

    /// <summary>From which credits an amount would be taken.</summary>
    public IEnumerable<CreditPart> Take(decimal amount)
    {
        foreach (var credit in order.Where(credit => credit.Left > 0))
        {
            var part = Math.Min(credit.Left, amount);
            if (part == 0)
                yield break;
            yield return new CreditPart(credit.Source, part);
            amount -= part;
        }
    }

    internal Credit Add(string source, decimal left)
    {
        var credit = new Credit(source) { Left = left };
        bySource.Add(source, credit);
        order.Add(credit);
        Unapplied += left;
        return credit;
    }

    internal void Use(CreditPart part, string document)
    {
        var credit = bySource[part.Source];
        if (credit.Left < part.Amount)
            throw new InvalidOperationException($"{part.Source} has {credit.Left} left, not {part.Amount}.");
        credit.Left -= part.Amount;
        Unapplied -= part.Amount;
        credit.Use(document, part.Amount);
    }

    internal void TakeBack(string source)
    {
        Unapplied -= bySource[source].Left;
        bySource[source].TakeBack();
    }
}
