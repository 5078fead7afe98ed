// Names of bills in accounts and in the API: a provider chooses ids among its own.
using System.Globalization;

namespace OrleansBilling.Billing.Bills;

/// <summary>Ids have neither slash nor tilde, so that a name splits in one way only.</summary>
public static class BillNames
{
    private const char Part = '~';

    /// <summary>A provider's bill or recurring bill as a charge of an account: <c>crm/b-1</c>.</summary>
    public static string Of(string provider, string id) => $"{provider}/{id}";

    /// <summary>The id that the provider knows.</summary>
    public static string IdOf(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>A bill of a recurring bill, from 0: <c>crm/r-1~1</c>.</summary>
    public static string Execution(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}{Part}{number + 1}");

    /// <summary>What a recurring bill bills at once: <c>crm/r-1~initial</c>.</summary>
    public static string Initial(string name) => $"{name}{Part}initial";

    /// <summary>Whether it can be the id of a bill: an id, and perhaps which bill of a recurring one.</summary>
    public static bool IsBillId(string id) => id.Split(Part) switch
    {
        [var plain] => Json.FieldChecks.IsId(plain),
        [var recurring, "initial"] => Json.FieldChecks.IsId(recurring),
        [var recurring, var number] => Json.FieldChecks.IsId(recurring) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        _ => false,
    };
}
