// What the server answered, and how it is read.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Driving;

/// <summary>One answer.</summary>
public sealed record Answer(string Request, int Status, string Body, string MediaType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Stable code of a problem.</summary>
    public string Code => Json.Text("code");

    /// <summary>Fields that a problem names.</summary>
    public IReadOnlyList<string> Fields => Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(member => member.Name)] : [];

    public IReadOnlyList<string> Lines => Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Answer Expect(params int[] statuses) =>
        statuses.Contains(Status)
            ? this
            : throw new ShouldAssertException($"{Request}: {Status}, wanted {string.Join(" or ", statuses)}: {Body[..Math.Min(Body.Length, 2000)]}");

    /// <summary>A refusal with this status and code.</summary>
    public Answer Refused(int status, string code)
    {
        Expect(status).Code.ShouldBe(code, Body);
        MediaType.ShouldBe("application/problem+json", Request);
        return this;
    }
}

/// <summary>How posted events stand.</summary>
public sealed record UsageAnswer(int Accepted, int Duplicate, int Conflict, int Rejected, int Unknown, IReadOnlyList<UsageResult> Results)
{
    public static UsageAnswer Of(Answer answer)
    {
        var json = answer.Json;
        return new(json.Int("accepted"), json.Int("duplicate"), json.Int("conflict"), json.Int("rejected"), json.Int("unknown"),
            [.. json.List("results").Select(UsageResult.Of)]);
    }

    /// <summary>Counts in the order accepted, duplicate, conflict, rejected.</summary>
    public (int Accepted, int Duplicate, int Conflict, int Rejected) Counts => (Accepted, Duplicate, Conflict, Rejected);

    /// <summary>The only result, when nothing was accepted: its status, or its code when it was rejected.</summary>
    public string Only => Results.Count == 0 && Accepted == 1 ? "accepted" : Results.ShouldHaveSingleItem().Word;
}

/// <summary>How one event stands.</summary>
public sealed record UsageResult(string Id, string Status, string? Code, string? Detail, long? Position)
{
    /// <summary>The code of a rejected event, else its status.</summary>
    public string Word => Status == "rejected" ? Code! : Status;

    public static UsageResult Of(JsonElement json) => new(json.Text("id"), json.Text("status"),
        json.TryGetProperty("code", out var code) ? code.GetString() : null, json.TryGetProperty("detail", out var detail) ? detail.GetString() : null,
        json.TryGetProperty("position", out var position) ? position.GetInt64() : null);
}

/// <summary>Members of JSON by name.</summary>
public static class JsonReading
{
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static int Int(this JsonElement json, string name) => json.GetProperty(name).GetInt32();

    public static JsonElement.ArrayEnumerator List(this JsonElement json, string name) => json.GetProperty(name).EnumerateArray();

    /// <summary>The amount of a money member.</summary>
    public static string Amount(this JsonElement json, string name = "amount") => json.GetProperty(name).Text("amount");

    /// <summary>A period as its first and last day.</summary>
    public static (string From, string To) Days(this JsonElement json) => (json.GetProperty("period").Text("from"), json.GetProperty("period").Text("to"));

    public static decimal Exact(this string number) => decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
}
