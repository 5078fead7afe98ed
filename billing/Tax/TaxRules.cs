// Tax categories of UNCL5305 and what each demands of rate and reason (EN 16931, rules BR-S, BR-Z, BR-E, BR-AE, BR-O, BR-G, BR-IC).
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Tax;

/// <summary>S standard, Z zero, E exempt, AE reverse charge, O outside the scope, G export, K intra-community supply.</summary>
public static class TaxRules
{
    private const int RatePlacesMax = 4;

    /// <summary>A standard rate.</summary>
    public static FieldErrors Check(TaxRate rate)
    {
        var errors = new FieldErrors();
        CheckRate(rate.Rate, "rate", errors);
        return errors;
    }

    private static void CheckRate(decimal rate, string field, FieldErrors errors)
    {
        if (rate is < 0 or > 100) errors.Add(field, "must be 0 to 100");
        else if (Money.Rounding.PlacesOf(rate) > RatePlacesMax) errors.Add(field, $"must have at most {RatePlacesMax} digits after the point");
    }

    /// <summary>Adds what is wrong with tax terms.</summary>
    public static void Check(TaxTerms tax, string field, FieldErrors errors)
    {
        errors.OneOf($"{field}.category", tax.Category, "S", "Z", "E", "AE", "O", "G", "K");
        CheckRate(tax.Rate, $"{field}.rate", errors);
        if (tax.Category == "S" && tax.Rate == 0) errors.Add($"{field}.rate", "must be more than 0 in category S; a rate of 0 is category Z");
        if (tax.Category is "Z" or "E" or "AE" or "O" or "G" or "K" && tax.Rate != 0) errors.Add($"{field}.rate", $"must be 0 in category {tax.Category}");
        if (tax.Category is "E" or "AE" or "O" or "G" or "K" && tax.Reason is null)
            errors.Add($"{field}.reason", $"is required in category {tax.Category}: why no tax is charged");
        if (tax.Category is "S" or "Z" && tax.Reason is not null) errors.Add($"{field}.reason", $"must be absent in category {tax.Category}");
        if (tax.Reason is { } reason) errors.Text($"{field}.reason", reason);
    }
}
