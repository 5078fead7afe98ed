// What makes a plan version acceptable: its charges one by one, and no two that could both price the same event.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>All faults at once. Match keys are held against the meters in <see cref="References"/>.</summary>
public static class PlanVersionRules
{
    // A rate sheet of every network there is, and what is sold besides.
    private const int ChargesMax = 25_000;

    /// <summary>A plan version.</summary>
    public static FieldErrors Check(PlanVersion version)
    {
        var errors = new FieldErrors();
        if (version.EffectiveFrom.Date is null == version.EffectiveFrom.Instant is null)
            errors.Add("effective_from", "must be a date or an instant");
        if (version.Charges.Length > ChargesMax)
        {
            errors.Add("charges", $"must be at most {ChargesMax}");
            return errors;
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var matches = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < version.Charges.Length; i++)
        {
            var (charge, field) = (version.Charges[i], $"charges[{i}]");
            errors.Id($"{field}.id", charge.Id);
            if (!ids.Add(charge.Id)) errors.Add($"{field}.id", $"\"{charge.Id}\" is used twice in this version");
            if (charge.Description is { } description) errors.Text($"{field}.description", description);
            if (charge.Service is { } service) errors.Id($"{field}.service", service);
            if (charge.Collection is { } collection) errors.Id($"{field}.collection", collection);
            if (charge is RecurringCharge recurring) FixedChargeRules.Check(recurring, field, errors);
            if (charge is OneTimeCharge once) FixedChargeRules.Check(once, field, errors);
            if (charge is not UsageCharge usage) continue;
            UsageChargeRules.Check(usage, field, errors);
            if (!matches.TryAdd(MatchKey(usage), usage.Id))
                errors.Add($"{field}.match", $"is the same as that of charge \"{matches[MatchKey(usage)]}\": both would price the same events");
        }
        foreach (var meter in version.Charges.OfType<UsageCharge>().Where(charge => charge.Surcharge is not null).GroupBy(charge => charge.Meter))
            if (meter.DistinctBy(charge => charge.Surcharge).Count() > Limits.SurchargesMax)
                errors.Add("charges", $"must have at most {Limits.SurchargesMax} kinds of surcharges on meter \"{meter.Key}\"");
        return errors;
    }

    /// <summary>
    /// The rank of a match is its dimensions; two of the same dimensions meet only when all their values are equal. Different dimensions of the
    /// same number are told apart by the meter's order (domain 0.3, rule 15), so equal text is the only ambiguity.
    /// </summary>
    private static string MatchKey(UsageCharge charge) => $"{charge.Meter}\n{charge.Surcharge}\n"
        + string.Join('\n', charge.Match.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}\0{pair.Value}"));
}
