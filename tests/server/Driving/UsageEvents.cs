// Events as gateways send them: CloudEvents 1.0.
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Driving;

public static class UsageEvents
{
    /// <summary>SMS segments; the time is local without its year, or a whole instant.</summary>
    public static JsonObject Sms(this Scene scene, string id, string subscription, string time, int quantity = 1,
        string? country = null, string type = "sms.mt.segment")
    {
        var data = new JsonObject { ["quantity"] = quantity.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (country is not null) data["country"] = country;
        return new JsonObject
        {
            ["specversion"] = "1.0", ["id"] = id, ["source"] = "/scenarios", ["type"] = type, ["subject"] = scene.Id(subscription),
            ["time"] = time.Length > 15 ? time : scene.At(time), ["data"] = data,
        };
    }

    /// <summary>The same event with a member set, or taken away by null.</summary>
    public static JsonObject With(this JsonObject one, string member, JsonNode? value)
    {
        var other = (JsonObject)one.DeepClone();
        if (value is null) other.Remove(member);
        else other[member] = value;
        return other;
    }

    /// <summary>The same id with another quantity.</summary>
    public static JsonObject Altered(this JsonObject one)
    {
        var other = (JsonObject)one.DeepClone();
        other["data"]!["quantity"] = "99";
        return other;
    }
}
