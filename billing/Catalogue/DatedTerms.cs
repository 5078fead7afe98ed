// Terms of an agreement that change on a day: what was made before keeps the old ones.
using NodaTime;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>What holds from a local day of the agreement's calendar on; members that are left out stay as they are.</summary>
public sealed record DatedTerms
{
    /// <summary>First day. A document goes by the last day of its period.</summary>
    public required LocalDate From { get; init; }
    /// <summary>Days from issue to due date.</summary>
    public int? DueDays { get; init; }
    /// <summary>Name of a rounding mode.</summary>
    public string? Rounding { get; init; }

    /// <summary>The agreement as it stands on a day.</summary>
    public static Agreement On(Agreement agreement, LocalDate day)
    {
        var now = agreement;
        foreach (var terms in (agreement.TermsFrom ?? []).Where(terms => terms.From <= day))
            now = now with { DueDays = terms.DueDays ?? now.DueDays, Rounding = terms.Rounding ?? now.Rounding };
        return now;
    }

    /// <summary>What is wrong with an agreement's.</summary>
    internal static void Check(Agreement agreement, int dueDaysMax, FieldErrors errors)
    {
        var all = agreement.TermsFrom ?? [];
        if (all.Length > Limits.DatedTermsMax) errors.Add("terms_from", $"must be at most {Limits.DatedTermsMax}");
        for (var i = 0; i < all.Length && i < Limits.DatedTermsMax; i++)
        {
            var (terms, field) = (all[i], $"terms_from[{i}]");
            if (i > 0 && terms.From <= all[i - 1].From) errors.Add($"{field}.from", "must be after that of the terms before");
            if (terms is { DueDays: null, Rounding: null }) errors.Add(field, "must change something: due_days or rounding");
            if (terms.DueDays is { } days) errors.Range($"{field}.due_days", days, 0, dueDaysMax);
            if (terms.Rounding is { } rounding) errors.OneOf($"{field}.rounding", rounding, RoundingModes.Names);
        }
    }
}
