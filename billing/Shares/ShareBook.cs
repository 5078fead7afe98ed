// The shares of an account's invoices, as facts have made them.
namespace OrleansBilling.Billing.Shares;

/// <summary>One invoice's shares.</summary>
public sealed class DocumentShares(SharesAccrued accrued)
{
    private readonly Dictionary<string, decimal> taken = new(StringComparer.Ordinal);

    /// <summary>As they were posted.</summary>
    public SharesAccrued Accrued => accrued;

    /// <summary>Payable now.</summary>
    public bool IsPayable { get; private set; } = accrued.AtIssue;

    /// <summary>How often that has changed.</summary>
    public int Turns { get; private set; }

    /// <summary>How often something was taken back.</summary>
    public int TakenBack { get; private set; }

    /// <summary>Net that was taken back of all parties together.</summary>
    public decimal TakenNet { get; private set; }

    /// <summary>Taken back, by party.</summary>
    public IReadOnlyDictionary<string, decimal> Taken => taken;

    /// <summary>What is left to each party.</summary>
    public IEnumerable<Share> Left => accrued.Shares.Select(share => share with { Amount = share.Amount - taken.GetValueOrDefault(share.Party) });

    internal void Apply(SharesDue due) => (IsPayable, Turns) = (due.Payable, due.Number);

    internal void Apply(SharesTakenBack back)
    {
        foreach (var share in back.Shares) taken[share.Party] = taken.GetValueOrDefault(share.Party) + share.Amount;
        TakenNet += back.Shares.Sum(share => share.Amount);
        TakenBack = back.Number;
    }
}

/// <summary>By invoice.</summary>
public sealed class ShareBook
{
    private readonly Dictionary<string, DocumentShares> byDocument = new(StringComparer.Ordinal);

    /// <summary>Those of an invoice, or null.</summary>
    public DocumentShares? Of(string document) => byDocument.GetValueOrDefault(document);

    /// <summary>All.</summary>
    public IReadOnlyCollection<DocumentShares> All => byDocument.Values;

    internal void Apply(SharesAccrued accrued) => byDocument.Add(accrued.Document, new DocumentShares(accrued));

    internal void Apply(SharesDue due) => byDocument[due.Document].Apply(due);

    internal void Apply(SharesTakenBack back) => byDocument[back.Document].Apply(back);
}
