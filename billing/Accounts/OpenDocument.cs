// A document as its account knows it: what it came to, and what has settled it since.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Changes by facts alone (<see cref="AccountState"/>).</summary>
public sealed class OpenDocument(DocumentOpened opened)
{
    private readonly List<CreditNoted> notes = [];

    /// <summary>As it was issued.</summary>
    public DocumentOpened Opened => opened;

    /// <summary>What is still owed; never below zero.</summary>
    public decimal Outstanding { get; internal set; } = opened.Outstanding;

    /// <summary>Paid, withheld or settled by credit: what is not credited and no longer owed.</summary>
    public decimal Settled { get; internal set; }

    /// <summary>Its credit notes, in order.</summary>
    public IReadOnlyList<CreditNoted> Notes => notes;

    /// <summary>Taken back by credit notes, tax included.</summary>
    public decimal Credited { get; private set; }

    /// <summary>The day on which it was settled in full; null: it is owed.</summary>
    public LocalDate? PaidOn { get; internal set; }

    /// <summary><c>issued</c>, <c>partially_paid</c>, <c>paid</c> or <c>cancelled</c> (a full credit note).</summary>
    public string Status => opened.Total > 0 && Credited == opened.Total && Outstanding == 0 ? "cancelled"
        : Outstanding == 0 ? "paid"
        : Settled > 0 ? "partially_paid" : "issued";

    internal void Add(CreditNoted note)
    {
        notes.Add(note);
        Credited += note.Total;
    }
}
