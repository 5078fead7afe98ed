// What makes an agreement acceptable.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Tax;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>All faults at once; references are checked elsewhere (<see cref="References"/>).</summary>
public static class AgreementRules
{
    private const int DueDaysMax = 365;
    private const int SplitsMax = 20;

    /// <summary>An agreement.</summary>
    public static FieldErrors Check(Agreement agreement)
    {
        var errors = new FieldErrors();
        CheckKind(agreement, errors);
        errors.Id("seller", agreement.Seller);
        errors.Id("buyer", agreement.Buyer);
        if (agreement.Seller == agreement.Buyer) errors.Add("buyer", "must not be the seller");
        errors.Id("calendar", agreement.Calendar);
        errors.Range("due_days", agreement.DueDays, 0, DueDaysMax);
        errors.OneOf("rounding", agreement.Rounding, RoundingModes.Names);
        errors.OneOf("documents", agreement.Documents, "invoice", "statement", "none");
        errors.OneOf("charge_point", agreement.ChargePoint, "accept", "submit", "deliver");
        if (agreement.NoReport == "refund") errors.Add("no_report", "\"refund\" is not supported yet: only charge is");
        else errors.OneOf("no_report", agreement.NoReport, "charge");
        Discounts.CouponRules.Check(agreement.Coupons, errors);
        if (agreement.Catalogue is { } catalogue) errors.Id("catalogue", catalogue);
        if (agreement.FeeAdjustment is { } adjustment)
        {
            if (adjustment.Percent is < -100 or > 1_000) errors.Add("fee_adjustment.percent", "must be -100 to 1000");
            if (Rounding.PlacesOf(adjustment.Percent) > 4) errors.Add("fee_adjustment.percent", "must have at most 4 digits after the point");
        }

        if (agreement.DunningPolicy is { } policy) errors.Id("dunning_policy", policy);
        if (agreement.LateInterest is { } late) Dunning.DunningRules.Check(late, "late_interest", errors);
        if (agreement.Tax is { } tax) TaxRules.Check(tax, "tax", errors);
        return errors;
    }

    private static void CheckKind(Agreement agreement, FieldErrors errors)
    {
        errors.OneOf("kind", agreement.Kind, "wholesale", "agency", "revenue_share");
        if (agreement.CreditLimit is { } limit) errors.Number("credit_limit", limit);
        CheckCommission(agreement, errors);
        if (agreement.Kind == "revenue_share")
        {
            if (agreement.Splits is { } splits) CheckSplits(splits, errors);
            else errors.Add("splits", "is required: who gets how much");
        }
        else if (agreement.Splits is not null) errors.Add("splits", "is for revenue_share only");
    }

    private static void CheckCommission(Agreement agreement, FieldErrors errors)
    {
        if (agreement.Kind != "agency")
        {
            if (agreement.Beneficiary is not null) errors.Add("beneficiary", "is for agency only");
            if (agreement.Commission is not null) errors.Add("commission", "is for agency only");
            return;
        }

        if (agreement.Beneficiary is { } beneficiary) errors.Id("beneficiary", beneficiary);
        else if (agreement.Commission is not null) errors.Add("beneficiary", "is required: who gets the commission");
        if (agreement.Commission is { } commission)
        {
            Percent("commission.rate", commission.Rate, errors);
            errors.OneOf("commission.basis", commission.Basis, "paid", "invoiced");
        }
        else if (agreement.Beneficiary is not null) errors.Add("commission", "is required: what the beneficiary gets");
    }

    private static void CheckSplits(ShareSplit[] splits, FieldErrors errors)
    {
        if (splits.Length is 0 or > SplitsMax) errors.Add("splits", $"must name 1 to {SplitsMax} parties");
        for (var i = 0; i < splits.Length && i < SplitsMax; i++)
        {
            errors.Id($"splits[{i}].party", splits[i].Party);
            Percent($"splits[{i}].percent", splits[i].Percent, errors);
        }

        if (splits.DistinctBy(split => split.Party).Count() != splits.Length) errors.Add("splits", "must name each party once");
        if (splits.Sum(split => split.Percent) != 100) errors.Add("splits", "must sum to 100 percent");
    }

    private static void Percent(string field, decimal percent, FieldErrors errors)
    {
        if (percent is < 0 or > 100) errors.Add(field, "must be 0 to 100");
        else if (Rounding.PlacesOf(percent) > 4) errors.Add(field, "must have at most 4 digits after the point");
    }
}
