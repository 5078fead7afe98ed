// What makes a provider's bill acceptable (domain 1.2, MAES-07).
using NodaTime;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Bills;

/// <summary>All faults at once. Whether the provider may bill the customer is asked elsewhere (<see cref="BillDecider"/>).</summary>
public static class BillRules
{
    private const decimal UnitsMax = 99_999_999.99m;
    private static readonly Duration PastGrace = Duration.FromHours(1);

    /// <summary>The frequencies of each period: a year at most.</summary>
    public static readonly IReadOnlyDictionary<string, int> FrequencyMax =
        new Dictionary<string, int> { ["day"] = 365, ["week"] = 52, ["semi_month"] = 1, ["month"] = 12, ["year"] = 1 };

    /// <summary>A bill; the currency is that of its provider where it names none.</summary>
    public static FieldErrors Check(BillRequest bill, string currency)
    {
        var errors = new FieldErrors();
        CheckCommon(bill.Id, bill.Customer, bill.Amount, currency, bill.Description, errors);
        if (bill.Units is <= 0 or > UnitsMax || Rounding.PlacesOf(bill.Units) > 2)
            errors.Add("units", "must be above 0, with at most 8 digits before the point and 2 after it");
        if (bill.Period is { From: { } from, To: { } to } && to < from) errors.Add("period.to", "must not be before period.from");
        return errors;
    }

    /// <summary>A recurring bill, made now.</summary>
    public static FieldErrors Check(RecurringBillRequest bill, string currency, Instant now)
    {
        var errors = new FieldErrors();
        CheckCommon(bill.Id, bill.Customer, bill.Amount, currency, bill.Description, errors);
        errors.OneOf("every", bill.Every, [.. FrequencyMax.Keys]);
        if (FrequencyMax.TryGetValue(bill.Every, out var most) && (bill.Frequency < 1 || bill.Frequency > most))
            errors.Add("frequency", most == 1 ? $"must be 1 with {bill.Every}" : $"must be 1 to {most} with {bill.Every}: a year at most");
        if (bill.Cycles is < 1 or > Limits.BillCyclesMax) errors.Add("cycles", $"must be 1 to {Limits.BillCyclesMax}, or absent: endless");
        if (bill.StartsAt < now - PastGrace) errors.Add("starts_at", "must not be in the past");
        if (bill.InitialAmount != 0) CheckAmount("initial_amount", bill.InitialAmount, currency, errors);
        return errors;
    }

    private static void CheckCommon(string id, string customer, decimal amount, string currency, string description, FieldErrors errors)
    {
        errors.Id("id", id);
        errors.Id("customer", customer);
        errors.Currency("currency", currency);
        CheckAmount("amount", amount, currency, errors);
        errors.Text("description", description);
    }

    // A bill is no price: it is money that is asked for, so it has whole minor units.
    private static void CheckAmount(string field, decimal amount, string currency, FieldErrors errors)
    {
        errors.Number(field, amount);
        if (amount == 0) errors.Add(field, "must be above 0");
        if (Currencies.IsKnown(currency) && Rounding.PlacesOf(amount) > Currencies.ExponentOf(currency))
            errors.Add(field, $"must have at most {Currencies.ExponentOf(currency)} digits after the point in {currency}");
    }
}
