// What makes a fee or a one-time charge acceptable.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>All faults of one charge, under its field.</summary>
internal static class FixedChargeRules
{
    private const int AdvancePeriodsMax = 12;
    private const int MinimumTermMax = 120;
    private static readonly string[] Reasons = ["expired", "blocked", "suspended", "no_funds"];

    public static void Check(RecurringCharge charge, string field, FieldErrors errors)
    {
        errors.OneOf($"{field}.every", charge.Every, "day", "week", "semi_month", "month", "quarter", "year");
        errors.OneOf($"{field}.bill", charge.Bill, "arrears", "advance", "progressive");
        errors.Number($"{field}.price", charge.Price);
        errors.Range($"{field}.advance_periods", charge.AdvancePeriods, 0, AdvancePeriodsMax);
        if (charge.AdvancePeriods > 0 && charge.Bill != "advance") errors.Add($"{field}.advance_periods", "belongs to \"bill\": \"advance\"");
        if (charge.Align is { } align) errors.OneOf($"{field}.align", align, "calendar", "activation");
        if (charge.Align == "activation" && charge.Every == "semi_month")
            errors.Add($"{field}.align", "must be \"calendar\": half months begin on the 1st and the 16th");
        foreach (var reason in charge.CreditDaysWhen ?? []) errors.OneOf($"{field}.credit_days_when", reason, Reasons);
        if (charge.CreditDaysWhen is { } reasons && reasons.Distinct().Count() < reasons.Length)
            errors.Add($"{field}.credit_days_when", "lists a reason twice");
        if (charge.MinimumTerm is null != charge.Penalty is null) errors.Add($"{field}.minimum_term", "and \"penalty\" go together");
        if (charge.MinimumTerm is { } term) errors.Range($"{field}.minimum_term", term, 1, MinimumTermMax);
        if (charge.Penalty is { } penalty) errors.Number($"{field}.penalty", penalty);
    }

    public static void Check(OneTimeCharge charge, string field, FieldErrors errors)
    {
        errors.Number($"{field}.price", charge.Price);
        if (charge.On != "start" && charge.Date is null) errors.Add($"{field}.on", "must be \"start\" or a date, like \"2025-06-10\"");
    }
}
