// Document numbers: a gapless series per seller, year and kind.
using System.Globalization;
using NodaTime;

namespace OrleansBilling.Billing.Documents;

/// <summary>A number series. The format has one <c>{0}</c> for the running number: <c>OPERATOR-2025-{0:000000}</c>.</summary>
public sealed record DocumentSeries(string Name, string NumberFormat)
{
    /// <summary>A number of it.</summary>
    public string Number(long running) => string.Format(CultureInfo.InvariantCulture, NumberFormat, running);
}

/// <summary>Names of series.</summary>
public static class DocumentNumbers
{
    /// <summary>
    /// Invoices <c>OPERATOR-2025-000001</c>; statements, which are no fiscal documents, <c>OPERATOR-S-2025-000001</c>; payouts
    /// <c>OPERATOR-payout-2025-000001</c>.
    /// </summary>
    public static DocumentSeries Series(string prefix, string kind, int year)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{KindMark(kind)}-{year:0000}");
        return new DocumentSeries(name, name + "-{0:000000}");
    }

    // Prefixes are capitals, so payouts run into nobody's invoices.
    private static string KindMark(string kind) => kind switch { "statement" => "-S", "payout" => "-payout", _ => "" };

    /// <summary>What the seller chose, else its id in capitals. An id ending in <c>-s</c> must not run into another seller's statements.</summary>
    public static string Prefix(string sellerId, string? numberPrefix)
    {
        if (numberPrefix is not null) return numberPrefix;
        var capitals = sellerId.ToUpperInvariant();
        return capitals.EndsWith("-S", StringComparison.Ordinal) ? capitals[..^2] + "_S" : capitals;
    }

    /// <summary>The seller's zone dates its series (domain 0.3, rule 6).</summary>
    public static int YearOf(Instant issuedAt, DateTimeZone sellerZone) => issuedAt.InZone(sellerZone).Year;
}
