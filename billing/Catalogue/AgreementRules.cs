// What makes an agreement acceptable.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Tax;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>All faults at once; references are checked elsewhere (<see cref="References"/>).</summary>
public static class AgreementRules
{
    private const int DueDaysMax = 365;

    /// <summary>An agreement.</summary>
    public static FieldErrors Check(Agreement agreement)
    {
        var errors = new FieldErrors();
        errors.OneOf("kind", agreement.Kind, "wholesale", "agency", "revenue_share");
        ShareTermsRules.Check(agreement, errors);
        if (agreement.CreditLimit is { } limit) errors.Number("credit_limit", limit);
        errors.Id("seller", agreement.Seller);
        errors.Id("buyer", agreement.Buyer);
        if (agreement.Seller == agreement.Buyer) errors.Add("buyer", "must not be the seller");
        errors.Id("calendar", agreement.Calendar);
        if (agreement.ValidTo < agreement.ValidFrom) errors.Add("valid_to", "must not be before valid_from");
        errors.Range("due_days", agreement.DueDays, 0, DueDaysMax);
        errors.OneOf("rounding", agreement.Rounding, RoundingModes.Names);
        DatedTerms.Check(agreement, DueDaysMax, errors);
        errors.OneOf("documents", agreement.Documents, "invoice", "statement", "none");
        if (agreement is { Estimates: true, Documents: not "invoice" }) errors.Add("estimates", "are of invoices: documents must be invoice");
        errors.OneOf("charge_point", agreement.ChargePoint, "accept", "submit", "deliver");
        errors.OneOf("no_report", agreement.NoReport, "charge", "refund");
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
}
