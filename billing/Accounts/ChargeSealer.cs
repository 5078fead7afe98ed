// Which charges a close takes onto a document, and how much of a discount fits on it (domain 0.3, rule 12; APIC-15).
using NodaTime;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Accounts;

/// <summary>What is closed, and what the document holds besides.</summary>
/// <param name="Calendar">Calendar.</param>
/// <param name="Period">Label of the period.</param>
/// <param name="End">End of the period: what is charged later is not in it.</param>
/// <param name="Agreement">Agreement.</param>
/// <param name="OtherNet">Sum of the document's other lines, rounded.</param>
/// <param name="Rounding">Of the agreement.</param>
/// <param name="Rates">Exchange rates into the account's currency by the currency that they are of; null: there is nothing to convert.</param>
/// <param name="On">Invoicing date: charges in other currencies are converted at its rate.</param>
public sealed record SealOrder(string Calendar, string Period, Instant End, string Agreement, decimal OtherNet, RoundingMode Rounding,
    IReadOnlyDictionary<string, IReadOnlyList<DatedFxRate>>? Rates = null, LocalDate On = default);

/// <summary>Pure. Sealing again answers what was taken the first time.</summary>
public static class ChargeSealer
{
    /// <summary>Records what the close takes.</summary>
    public static Decision Record(AccountState state, SealOrder order) =>
        state.Charges.Sealed(order.Agreement, order.Calendar, order.Period) is null && Take(state, order) is { } taken ? Decision.Of(taken) : Decision.Nothing;

    /// <summary>What the close takes; not yet recorded unless it was taken before. Null: there is nothing to take.</summary>
    public static ChargesSealed? Take(AccountState state, SealOrder order)
    {
        if (state.Charges.Sealed(order.Agreement, order.Calendar, order.Period) is { } taken)
            return taken;
        var due = state.Charges.All.Where(charge => charge.IsDue(order.Agreement, order.End))
            .OrderBy(charge => charge.Charged.Provider ?? "", StringComparer.Ordinal).ThenBy(charge => charge.Charged.At).ToList();
        var parts = due.Where(charge => charge.Remaining >= 0).Select(charge => Part(charge, state.Key.Currency, order)).OfType<SealedPart>().ToList();
        var room = order.OtherNet + parts.Sum(part => Rounded(part.Amount));
        foreach (var discount in due.Where(charge => charge.Remaining < 0))
        {
            // The last one that fits is split: what is left of it stands on the next document.
            var rounded = Rounded(discount.Remaining);
            var fits = room + rounded >= 0 ? discount.Remaining : -room;
            if (fits >= 0 && rounded < 0)
                break;
            parts.Add(new SealedPart(discount.Charged.Id, fits));
            room += Rounded(fits);
        }

        return parts.Count == 0 ? null
            : new ChargesSealed { Calendar = order.Calendar, Period = order.Period, Agreement = order.Agreement, Parts = [.. parts] };

        decimal Rounded(decimal exact) => Money.Rounding.ToCurrency(exact, state.Key.Currency, order.Rounding);
    }

    /// <summary>Currencies of charges that a close has to convert.</summary>
    public static IReadOnlyList<string> Foreign(AccountState state, string agreement) =>
        [.. state.Charges.All.Where(charge => charge.Status == "submitted" && charge.Charged.Agreement == agreement).Select(charge => charge.Charged.Currency)
            .OfType<string>().Distinct(StringComparer.Ordinal)];

    // One without a rate waits: a rate of an earlier day may still be stored.
    private static SealedPart? Part(ChargeState charge, string currency, SealOrder order)
    {
        if (charge.Charged.Currency is not { } foreign)
            return new SealedPart(charge.Charged.Id, charge.Remaining);
        var rates = order.Rates?.GetValueOrDefault(foreign) ?? [];
        return FxConversion.Convert(charge.Remaining, foreign, currency, rates, order.On, order.Rounding) is { } converted
            ? new SealedPart(charge.Charged.Id, converted.Amount, new OriginalAmount(charge.Remaining, foreign, converted.Rate, converted.RateDate))
            : null;
    }
}
