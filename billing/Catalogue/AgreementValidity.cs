// From when until when an agreement holds, in the zone of its calendar: outside of it nothing is charged under it.
using NodaTime;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>
/// Both dates are local and inclusive (domain 0.3, rules 6 and 7; 3.1). What lies behind is what documents were made from, so only what is to come may
/// change.
/// </summary>
public static class AgreementValidity
{
    /// <summary>Whether it holds on a local day.</summary>
    public static bool HoldsOn(Agreement agreement, LocalDate day) => !(day < agreement.ValidFrom) && !(day > agreement.ValidTo);

    /// <summary>Whether nothing is charged under it after a local day.</summary>
    public static bool HasEnded(Agreement agreement, LocalDate day) => agreement.ValidTo <= day;

    /// <summary>The agreement's dates in words: <c>valid from 2025-05-01 to 2025-12-31</c>.</summary>
    public static string Words(Agreement agreement) => (agreement.ValidFrom, agreement.ValidTo) switch
    {
        ({ } from, { } to) => FormattableString.Invariant($"valid from {from:uuuu-MM-dd} to {to:uuuu-MM-dd}"),
        ({ } from, null) => FormattableString.Invariant($"valid from {from:uuuu-MM-dd}"),
        (null, { } to) => FormattableString.Invariant($"valid to {to:uuuu-MM-dd}"),
        _ => "valid",
    };

    /// <summary>The subscription as far as an agreement of its legs holds: service begins and ends with it.</summary>
    public static Subscription Within(Subscription subscription, Agreement agreement, DateTimeZone zone)
    {
        var from = agreement.ValidFrom is { } first ? LocalDays.StartOf(first, zone) : Instant.MinValue;
        var within = from > subscription.StartsAt ? subscription with { StartsAt = from } : subscription;
        return agreement.ValidTo is { } last && LocalDays.StartOf(last.PlusDays(1), zone) is var end && !(within.EndsAt <= end)
            ? within with { EndsAt = end } : within;
    }

    /// <summary>What of the dates may not be changed any more, today in the zone of its calendar.</summary>
    public static FieldErrors Check(Agreement before, Agreement after, LocalDate today)
    {
        var errors = new FieldErrors();
        if (before.ValidFrom != after.ValidFrom && (!(before.ValidFrom > today) || !(after.ValidFrom >= today)))
            errors.Add("valid_from", "must not change once it has come, and must not lie in the past");
        if (before.ValidTo != after.ValidTo && (before.ValidTo < today || after.ValidTo < today))
            errors.Add("valid_to", "must not change once it is over, and must not lie in the past");
        return errors;
    }
}
