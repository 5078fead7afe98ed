// Problems of POST /v1/events, which carry the results besides what every problem has.
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansBilling.ClientApi.Events;

internal static class EventProblems
{
    /// <summary>Code and sentence of a trouble.</summary>
    public static (string Code, string Detail) Of(ChunkTrouble trouble) => trouble switch
    {
        ChunkTrouble.Overloaded => ("overloaded", "There is no room for more usage now. Events with status unknown were not taken: send them again."),
        ChunkTrouble.Unavailable => ("unavailable", "The store is away. Events with status unknown were not taken: send them again with the same ids."),
        _ => ("outcome_unknown", "Events with status unknown may or may not have been taken: send them again with the same ids."),
    };

    /// <summary>An RFC 9457 problem; <paramref name="more"/> writes further members.</summary>
    public static Task Write(HttpContext context, int status, string code, string detail, Action<Utf8JsonWriter>? more)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";
        using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "about:blank");
        writer.WriteString("title"u8, Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status));
        writer.WriteNumber("status"u8, status);
        writer.WriteString("detail"u8, detail);
        writer.WriteString("code"u8, code);
        more?.Invoke(writer);
        writer.WriteEndObject();
        writer.Flush();
        return Task.CompletedTask;
    }
}
