// The figures of a tenant's statement: what was billed to its customers for providers, and who got how much of it (domain 1.2, MAES-02).
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.Billing.Reports;

/// <summary>Sums of one currency, from rounded lines.</summary>
/// <param name="Portfolio">Net of all bills.</param>
/// <param name="NonCommissionable">Of that, what is not shared.</param>
/// <param name="Commission">The party's own shares.</param>
/// <param name="Platform">The shares of who issues the invoices.</param>
/// <param name="Others">The shares of everybody else: providers, mostly.</param>
public sealed record RevenueShareSums(decimal Portfolio, decimal NonCommissionable, decimal Commission, decimal Platform, decimal Others);

/// <summary>Adds lines up. Not for several threads.</summary>
public sealed class RevenueShareTable(string party)
{
    private readonly SortedDictionary<string, RevenueShareSums> sums = new(StringComparer.Ordinal);

    /// <summary>By currency.</summary>
    public IReadOnlyDictionary<string, RevenueShareSums> Sums => sums;

    /// <summary>Adds a line; one that is no bill changes nothing.</summary>
    public void Add(string currency, string seller, decimal amount, DocumentLineBody line)
    {
        if (line.Shares is not { } shares) return;
        var sum = sums.GetValueOrDefault(currency) ?? new RevenueShareSums(0, 0, 0, 0, 0);
        var (own, platform) = (Of(party), party == seller ? 0 : Of(seller));
        sums[currency] = new RevenueShareSums(sum.Portfolio + amount, sum.NonCommissionable + (line.Commissionable == true ? 0 : amount),
            sum.Commission + own, sum.Platform + platform, sum.Others + amount - own - platform);

        decimal Of(string who) => shares.Where(share => share.Party == who).Sum(share => share.Amount);
    }
}
