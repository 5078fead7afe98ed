// What is owed to a party, what of it is payable, and its payouts.
using NodaTime;

namespace OrleansBilling.Billing.Payouts;

/// <summary>Something that the next payout pays, or withholds.</summary>
/// <param name="At">When it became payable.</param>
/// <param name="Calendar">By whose payout day.</param>
/// <param name="Source">Invoice, or number of a payout that came back.</param>
/// <param name="Customer">Whose invoice; empty: of a payout that came back.</param>
/// <param name="Amount">Below zero: taken back after it was paid.</param>
public sealed record PayableEntry(Instant At, string Calendar, string Source, string Customer, decimal Amount);

/// <summary>A payout.</summary>
public sealed class Payout(PayoutMade made, IReadOnlyList<PayableEntry> entries)
{
    /// <summary>As it was made.</summary>
    public PayoutMade Made => made;
    /// <summary>What it pays, added up by source.</summary>
    public IReadOnlyList<PayableEntry> Entries => entries;
    /// <summary>Number of its statement; null: not yet issued.</summary>
    public string? Number { get; internal set; }
    /// <summary>Sent.</summary>
    public PayoutPaid? Paid { get; internal set; }
    /// <summary>Come back.</summary>
    public PayoutReturned? Returned { get; internal set; }
}

/// <summary>Changes by facts alone.</summary>
public sealed class PayableBook
{
    private readonly Dictionary<string, Payout> byNumber = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Payout> unnumbered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Instant> runs = new(StringComparer.Ordinal);
    private readonly List<PayableEntry> entries = [];

    /// <summary>Owed: earned and neither taken back nor sent.</summary>
    public decimal Owed { get; private set; }

    /// <summary>Of that, what the next payouts pay.</summary>
    public decimal Payable => entries.Sum(entry => entry.Amount);

    /// <summary>Of that, what stands on payouts that have not been sent.</summary>
    public decimal Closed { get; private set; }

    /// <summary>What waits for a payout.</summary>
    public IReadOnlyList<PayableEntry> Entries => entries;

    /// <summary>Calendars by which something is, or was, paid.</summary>
    public IReadOnlySet<string> Calendars => entries.Select(entry => entry.Calendar).Concat(runs.Keys).ToHashSet(StringComparer.Ordinal);

    /// <summary>Payouts without a statement.</summary>
    public IReadOnlyCollection<Payout> Unnumbered => unnumbered.Values;

    /// <summary>Payouts with a statement.</summary>
    public IReadOnlyCollection<Payout> Issued => byNumber.Values;

    /// <summary>A payout by the number of its statement, or null.</summary>
    public Payout? Find(string number) => byNumber.GetValueOrDefault(number);

    /// <summary>The newest payout day of a calendar that has been dealt with, or null.</summary>
    public Instant? LastRun(string calendar) => runs.TryGetValue(calendar, out var at) ? at : null;

    internal void Apply(ShareAccrued accrued) => Owed += accrued.Amount;

    internal void Apply(ShareReleased released, Instant at) =>
        entries.Add(new PayableEntry(at, released.Calendar, released.Document, released.Customer, released.Amount));

    internal void Apply(ShareClawedBack back, Instant at)
    {
        Owed -= back.Amount;
        if (back.WasPayable) entries.Add(new PayableEntry(at, back.Calendar, back.Document, back.Customer, -back.Amount));
    }

    internal void Apply(PayoutMade made)
    {
        runs[made.Calendar] = made.Before;
        if (made.Amount == 0) return;
        unnumbered.Add(made.Id, new Payout(made, PayoutDecider.Sums(entries.Where(entry => PayoutDecider.IsIn(entry, made.Calendar, made.Before)))));
        entries.RemoveAll(entry => PayoutDecider.IsIn(entry, made.Calendar, made.Before));
        Closed += made.Amount;
    }

    internal void Apply(PayoutIssued issued)
    {
        unnumbered.Remove(issued.Id, out var payout);
        payout!.Number = issued.Number;
        byNumber.Add(issued.Number, payout);
    }

    internal void Apply(PayoutPaid paid)
    {
        byNumber[paid.Number].Paid = paid;
        Owed -= paid.Amount;
        Closed -= paid.Amount;
    }

    internal void Apply(PayoutReturned returned, Instant at)
    {
        var payout = byNumber[returned.Number];
        payout.Returned = returned;
        Owed += returned.Amount;
        entries.Add(new PayableEntry(at, returned.Calendar, returned.Number, "", returned.Amount));
    }
}
