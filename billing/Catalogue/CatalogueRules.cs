// What makes a calendar, a meter or a plan acceptable.
using NodaTime;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>All faults at once; references are checked elsewhere (<see cref="References"/>).</summary>
public static class CatalogueRules
{
    /// <summary>The member of an event's data that is counted, so no dimension may have its name.</summary>
    public const string QuantityMember = "quantity";

    private const int DimensionsMax = 16;
    private const int DimensionLengthMax = 64;
    private const int GraceDaysMax = 31;

    /// <summary>A calendar.</summary>
    public static FieldErrors Check(Calendar calendar)
    {
        var errors = new FieldErrors();
        errors.OneOf("every", calendar.Every, CalendarCycles.Lengths);
        errors.OneOf("anchor", calendar.Anchor, "fixed", "created");
        errors.OneOf("overflow", calendar.Overflow, "clamp", "day_28");
        errors.Range("anchor_day", calendar.AnchorDay, 1, calendar.Every == "week" ? 7 : 31);
        if (calendar.Anchor == "created") CheckCreated(calendar, errors);
        else if (calendar.CreatedOn is not null) errors.Add("created_on", "belongs to the anchor \"created\"");
        else if (calendar.Every == "thirty_days") errors.Add("anchor", "must be \"created\": thirty days count from a date");
        errors.Zone("time_zone", calendar.TimeZone);
        if (calendar.Grace < Duration.Zero || calendar.Grace > Duration.FromDays(GraceDaysMax))
            errors.Add("grace", $"must be 0 to {GraceDaysMax} days");
        if (calendar.PeriodBy is { } by) errors.OneOf("period_by", by, "event_time", "receipt_time");
        if (calendar.ChargeDay is { } chargeDay) errors.Range("charge_day", chargeDay, 1, 31);
        if (calendar.PayoutDay is { } payoutDay) errors.Range("payout_day", payoutDay, 1, 31);
        return errors;
    }

    private static void CheckCreated(Calendar calendar, FieldErrors errors)
    {
        if (calendar.AnchorDay != 1) errors.Add("anchor_day", "belongs to the anchor \"fixed\"");
        if (calendar.CreatedOn is null) errors.Add("created_on", "is needed: from which date does it count?");
    }

    /// <summary>A meter.</summary>
    public static FieldErrors Check(Meter meter)
    {
        var errors = new FieldErrors();
        errors.Text("unit", meter.Unit, DimensionLengthMax);
        errors.OneOf("aggregation", meter.Aggregation, "sum", "count", "max", "unique", "latest");
        if (meter.Aggregation == "unique" && meter.UniqueBy is null) errors.Add("unique_by", "is needed: of which dimension are the values counted?");
        if (meter.Aggregation != "unique" && meter.UniqueBy is not null) errors.Add("unique_by", "belongs to the aggregation \"unique\"");
        if (meter.UniqueBy is { } by && !meter.Dimensions.Contains(by) && !(meter.PersonalDimensions ?? []).Contains(by))
            errors.Add("unique_by", "must be one of dimensions or personal_dimensions");
        if (meter.Dimensions.Length > DimensionsMax) errors.Add("dimensions", $"must be at most {DimensionsMax}");
        for (var i = 0; i < meter.Dimensions.Length && i <= DimensionsMax; i++)
        {
            var field = $"dimensions[{i}]";
            var dimension = meter.Dimensions[i];
            errors.Text(field, dimension, DimensionLengthMax);
            if (dimension == QuantityMember) errors.Add(field, "must not be \"quantity\": that is what is counted");
            if (Array.IndexOf(meter.Dimensions, dimension) < i) errors.Add(field, "is listed twice");
        }
        CheckPersonal(meter, meter.PersonalDimensions ?? [], errors);
        return errors;
    }

    // Prices are told by what is kept in the clear, so what is personal cannot be matched on.
    private static void CheckPersonal(Meter meter, string[] personal, FieldErrors errors)
    {
        if (personal.Length > Limits.PersonalDimensionsMax) errors.Add("personal_dimensions", $"must be at most {Limits.PersonalDimensionsMax}");
        for (var i = 0; i < personal.Length && i <= Limits.PersonalDimensionsMax; i++)
        {
            var field = $"personal_dimensions[{i}]";
            errors.Text(field, personal[i], DimensionLengthMax);
            if (personal[i] == QuantityMember) errors.Add(field, "must not be \"quantity\": that is what is counted");
            if (Array.IndexOf(personal, personal[i]) < i) errors.Add(field, "is listed twice");
            if (meter.Dimensions.Contains(personal[i])) errors.Add(field, "must not be one of dimensions: prices cannot match on a hash");
        }
    }

    /// <summary>A plan.</summary>
    public static FieldErrors Check(Plan plan)
    {
        var errors = new FieldErrors();
        errors.Text("name", plan.Name);
        errors.Currency("currency", plan.Currency);
        if (plan.ManagedBy is { } partner) errors.Id("managed_by", partner);
        if (plan.Base is { } other) errors.Id("base", other);
        return errors;
    }
}
