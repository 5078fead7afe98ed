// Charges of plans as the API takes them, by what they are for.
namespace OrleansBilling.Server.Tests.Driving;

public static class Charge
{
    public static object Monthly(string price, bool prorateFirst = true, bool prorateLast = false, string id = "fee") =>
        new { id, kind = "recurring", every = "month", price, bill = "arrears", prorate_first = prorateFirst, prorate_last = prorateLast };

    public static object Yearly(string price) => new { id = "fee", kind = "recurring", every = "year", price, bill = "advance" };

    /// <summary>A price per segment, for one country or for all.</summary>
    public static object Sms(string unitPrice, string? country = null) => new
    {
        id = country is null ? "sms" : "sms-" + country.ToLowerInvariant(), kind = "usage", meter = "sms.mt.segment", model = "per_unit",
        match = country is null ? new Dictionary<string, string>() : new() { ["country"] = country }, unit_price = unitPrice,
    };

    /// <summary>Included segments, and a price for each one beyond them.</summary>
    public static object Included(string units, string overage) =>
        new { id = "sms", kind = "usage", meter = "sms.mt.segment", model = "per_unit", included = units, overage };
}
