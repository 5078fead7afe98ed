// A surcharge: what is added to the price of an event, counted in a total of its own.
namespace OrleansBilling.Billing.Rating;

/// <summary>
/// Totals, seals and lines name it by <see cref="NameOf"/>: <c>surcharge/carrier-fee</c>. Ids have no slash, so no charge of a plan is called so, and
/// whoever adds up units knows that these are counted already, where the price is that they are added to.
/// </summary>
public static class Surcharge
{
    private const string Prefix = "surcharge/";

    /// <summary>What its total is called.</summary>
    public static string NameOf(string charge) => Prefix + charge;

    /// <summary>Whether a total is a surcharge's.</summary>
    public static bool Is(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The charge of the plan behind a total's name; other names are charges as they are.</summary>
    public static string ChargeOf(string name) => Is(name) ? name[Prefix.Length..] : name;
}
