// What is owed by age: how many days ago it was due, in the usual classes.
using NodaTime;

namespace OrleansBilling.Billing.Reports;

/// <summary>What one buyer owes one seller in one currency.</summary>
/// <param name="Seller">Who is owed.</param>
/// <param name="Buyer">Who owes; empty: all of them.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="NotDue">Due today or later.</param>
/// <param name="To30">1 to 30 days after the due date.</param>
/// <param name="To60">31 to 60 days.</param>
/// <param name="To90">61 to 90 days.</param>
/// <param name="Over90">More than 90 days.</param>
/// <param name="Unapplied">Received or credited and not used: it is in no class.</param>
public sealed record AgeingRow(string Seller, string Buyer, string Currency, decimal NotDue = 0, decimal To30 = 0, decimal To60 = 0, decimal To90 = 0,
    decimal Over90 = 0, decimal Unapplied = 0)
{
    /// <summary>All that is owed.</summary>
    public decimal Total => NotDue + To30 + To60 + To90 + Over90;

    /// <summary>With a document that was due some days ago (below 1: it is not overdue).</summary>
    public AgeingRow With(int days, decimal amount) => days switch
    {
        <= 0 => this with { NotDue = NotDue + amount },
        <= 30 => this with { To30 = To30 + amount },
        <= 60 => this with { To60 = To60 + amount },
        <= 90 => this with { To90 = To90 + amount },
        _ => this with { Over90 = Over90 + amount },
    };

    /// <summary>Both together.</summary>
    public AgeingRow Plus(AgeingRow other) => this with
    {
        NotDue = NotDue + other.NotDue, To30 = To30 + other.To30, To60 = To60 + other.To60, To90 = To90 + other.To90, Over90 = Over90 + other.Over90,
        Unapplied = Unapplied + other.Unapplied,
    };
}

/// <summary>Adds documents up as of a day. Not for several threads.</summary>
public sealed class AgeingTable(LocalDate asOf)
{
    private readonly SortedDictionary<(string, string, string), AgeingRow> rows = [];

    /// <summary>Rows so far.</summary>
    public int Count => rows.Count;

    /// <summary>By seller, buyer and currency.</summary>
    public IEnumerable<AgeingRow> Rows => rows.Values;

    /// <summary>By seller and currency.</summary>
    public IEnumerable<AgeingRow> Totals => rows.Values.GroupBy(row => (row.Seller, row.Currency))
        .Select(group => group.Aggregate(new AgeingRow(group.Key.Seller, "", group.Key.Currency), (sum, row) => sum.Plus(row)));

    /// <summary>An open document.</summary>
    public void Add(string seller, string buyer, string currency, LocalDate due, decimal outstanding) =>
        Change(seller, buyer, currency, row => row.With(Period.DaysBetween(due, asOf), outstanding));

    /// <summary>What is unapplied.</summary>
    public void AddUnapplied(string seller, string buyer, string currency, decimal amount) =>
        Change(seller, buyer, currency, row => row with { Unapplied = row.Unapplied + amount });

    private void Change(string seller, string buyer, string currency, Func<AgeingRow, AgeingRow> change) =>
        rows[(seller, buyer, currency)] = change(rows.GetValueOrDefault((seller, buyer, currency)) ?? new AgeingRow(seller, buyer, currency));
}
