// What makes the splits or the commission of an agreement acceptable.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>Splits belong to revenue share, beneficiary and commission to agency; neither to wholesale.</summary>
internal static class ShareTermsRules
{
    private const int PercentPlacesMax = 4;

    public static void Check(Agreement agreement, FieldErrors errors)
    {
        var share = agreement.Kind == "revenue_share";
        if (agreement.Splits is not null && !share) errors.Add("splits", "belongs to revenue_share");
        if (agreement.Splits is null && share) errors.Add("splits", "is required under revenue_share");
        if (agreement.Splits is { } splits) CheckSplits(splits, errors);
        if (agreement.TrialPolicy is { } policy)
        {
            errors.OneOf("trial_policy", policy, "reject", "warn");
            if (!share) errors.Add("trial_policy", "belongs to revenue_share");
        }

        // A customer that nobody has brought buys by agency too: it pays nobody a commission (APIC-01).
        var agency = agreement.Kind == "agency";
        Belongs("beneficiary", agreement.Beneficiary is not null, agency && agreement.Commission is not null, agency, errors);
        Belongs("commission", agreement.Commission is not null, agency && agreement.Beneficiary is not null, agency, errors);
        if (agreement.Beneficiary is { } beneficiary)
        {
            errors.Id("beneficiary", beneficiary);
            if (beneficiary == agreement.Seller) errors.Add("beneficiary", "must not be the seller: it keeps the rest anyway");
        }

        if (agreement.Commission is { } commission)
        {
            Percent("commission.rate", commission.Rate, errors);
            errors.OneOf("commission.basis", commission.Basis, "paid", "invoiced");
        }

        // What is shared is what an invoice collects.
        if ((share || agency) && agreement.Documents != "invoice") errors.Add("documents", $"must be invoice under {agreement.Kind}");
    }

    /// <summary>Parties that it names.</summary>
    public static IEnumerable<Reference> References(Agreement agreement)
    {
        if (agreement.Beneficiary is { } beneficiary)
            yield return Reference.To("beneficiary", beneficiary, DefinitionKinds.Partner);
        var splits = agreement.Splits ?? [];
        for (var i = 0; i < splits.Length; i++)
        {
            if (splits[i].Party != AgreementSplit.OfProvider)
                yield return Reference.To($"splits[{i}].party", splits[i].Party, DefinitionKinds.Seller, DefinitionKinds.Partner, DefinitionKinds.Provider);
        }
    }

    private static void Belongs(string field, bool given, bool wanted, bool agency, FieldErrors errors)
    {
        if (given && !agency) errors.Add(field, "belongs to agency");
        if (!given && wanted) errors.Add(field, "is required: beneficiary and commission belong together");
    }

    private static void CheckSplits(AgreementSplit[] splits, FieldErrors errors)
    {
        if (splits.Length is 0 or > Limits.SplitsMax) errors.Add("splits", $"must be 1 to {Limits.SplitsMax}");
        for (var i = 0; i < splits.Length && i < Limits.SplitsMax; i++)
        {
            errors.Id($"splits[{i}].party", splits[i].Party);
            Percent($"splits[{i}].percent", splits[i].Percent, errors);
            if (Array.FindIndex(splits, split => split.Party == splits[i].Party) < i) errors.Add($"splits[{i}].party", "is listed twice");
        }

        if (splits.Length <= Limits.SplitsMax && errors.IsEmpty && splits.Sum(split => split.Percent) is var sum and not 100)
            errors.Add("splits", $"must add up to 100 percent, and add up to {MoneyText.Exact(sum)}");
    }

    private static void Percent(string field, decimal percent, FieldErrors errors)
    {
        if (percent is < 0 or > 100) errors.Add(field, "must be 0 to 100");
        else if (Rounding.PlacesOf(percent) > PercentPlacesMax) errors.Add(field, $"must have at most {PercentPlacesMax} digits after the point");
    }
}
