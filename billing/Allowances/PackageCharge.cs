// What a package costs, as a charge that no plan has: so its price takes the way of every other amount.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.Allowances;

/// <summary>
/// Totals, seals and lines name it by <see cref="NameOf"/>: <c>package/10000/220/sms.mt.segment</c>. Ids have no slash, so no plan has such a charge.
/// Packages of one size, price and meter are one line.
/// </summary>
public sealed record PackageCharge : Charge
{
    private const string Prefix = "package/";
    private const string Exact = "0.##########";

    /// <summary>Units in one package.</summary>
    public required decimal Quantity { get; init; }
    /// <summary>Price of one package.</summary>
    public required decimal Price { get; init; }
    /// <summary>Meter that it covers.</summary>
    public required string Meter { get; init; }

    /// <summary>Whether a total is the price of packages and no usage.</summary>
    public static bool Is(string charge) => charge.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The charge's id of a grant.</summary>
    public static string NameOf(GrantRequest grant) => string.Create(CultureInfo.InvariantCulture,
        $"{Prefix}{grant.Quantity.ToString(Exact, CultureInfo.InvariantCulture)}/{grant.Price.ToString(Exact, CultureInfo.InvariantCulture)}/{grant.Meter}");

    /// <summary>The charge of an id.</summary>
    public static bool TryRead(string charge, [NotNullWhen(true)] out PackageCharge? package)
    {
        package = Is(charge) && charge.Split('/') is [_, var quantity, var price, var meter] ? new PackageCharge
        {
            Id = charge, Meter = meter, Quantity = decimal.Parse(quantity, CultureInfo.InvariantCulture),
            Price = decimal.Parse(price, CultureInfo.InvariantCulture),
        } : null;
        return package is not null;
    }
}
