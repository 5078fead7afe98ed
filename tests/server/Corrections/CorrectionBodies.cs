// The body of a correction as a gateway sends it.
namespace OrleansBilling.Server.Tests.Corrections;

internal static class CorrectionBodies
{
    public static Dictionary<string, object> Of(Scene scene, string id, string eventId, string action, string? quantity, string time, string subscription,
        string source = "/scenarios")
    {
        var body = new Dictionary<string, object>
        {
            ["id"] = id, ["subscription"] = scene.Id(subscription), ["action"] = action, ["reason"] = "counted twice",
            ["corrects"] = new { source, id = eventId, time = scene.At(time) },
        };
        if (quantity is not null) body["quantity"] = quantity;
        return body;
    }
}
