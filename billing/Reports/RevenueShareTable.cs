// The figures of a tenant's statement: what was billed to its customers for providers, and who got how much of it (domain 1.2, MAES-02).
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.Billing.Reports;

/// <summary>How an amount was shared, or the sum of many of one currency; from rounded lines.</summary>
/// <param name="Portfolio">Net of the bills.</param>
/// <param name="NonCommissionable">Of that, what is not shared.</param>
/// <param name="Commission">The party's own shares.</param>
/// <param name="Platform">The shares of who issues the invoices.</param>
/// <param name="Others">The shares of everybody else: providers, mostly.</param>
public sealed record RevenueShareSums(decimal Portfolio, decimal NonCommissionable, decimal Commission, decimal Platform, decimal Others)
{
    internal static RevenueShareSums Nothing { get; } = new(0, 0, 0, 0, 0);

    internal RevenueShareSums Plus(RevenueShareSums more) => new(Portfolio + more.Portfolio, NonCommissionable + more.NonCommissionable,
        Commission + more.Commission, Platform + more.Platform, Others + more.Others);
}

/// <summary>A bill, and how it was shared.</summary>
/// <param name="Document">The invoice.</param>
/// <param name="Bill">The bill as the invoice's line names it.</param>
/// <param name="Provider">Whose bill it is.</param>
/// <param name="Customer">Who was billed.</param>
/// <param name="Currency">Of the invoice.</param>
/// <param name="Shared">Who got how much of it.</param>
public sealed record SharedBill(string Document, string Bill, string Provider, string Customer, string Currency, RevenueShareSums Shared);

/// <summary>Adds lines up. Not for several threads.</summary>
/// <param name="party">Whose statement.</param>
/// <param name="bills">Whether the bills are wanted one by one too.</param>
public sealed class RevenueShareTable(string party, bool bills = false)
{
    private readonly SortedDictionary<string, RevenueShareSums> sums = new(StringComparer.Ordinal);
    private readonly List<SharedBill> listed = [];

    /// <summary>By currency.</summary>
    public IReadOnlyDictionary<string, RevenueShareSums> Sums => sums;

    /// <summary>In the order of their lines; none unless they are wanted.</summary>
    public IReadOnlyList<SharedBill> Bills => listed;

    /// <summary>Adds a line of an invoice; one that is no bill changes nothing.</summary>
    public void Add(string document, string currency, string seller, string customer, decimal amount, DocumentLineBody line)
    {
        if (line.Shares is not { } shares) return;
        var (own, platform) = (Of(party), party == seller ? 0 : Of(seller));
        var shared = new RevenueShareSums(amount, line.Commissionable == true ? 0 : amount, own, platform, amount - own - platform);
        sums[currency] = (sums.GetValueOrDefault(currency) ?? RevenueShareSums.Nothing).Plus(shared);
        if (bills) listed.Add(new SharedBill(document, line.Charge, line.Provider ?? "", customer, currency, shared));

        decimal Of(string who) => shares.Where(share => share.Party == who).Sum(share => share.Amount);
    }
}
