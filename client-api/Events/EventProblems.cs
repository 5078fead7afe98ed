// Problems of POST /v1/events, which carry the results besides what every problem has.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OrleansBilling.ClientApi.Errors;

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
    public static Task Write(HttpContext context, int status, string code, string detail, Action<Utf8JsonWriter>? more) =>
        new Problem(status, code, ReasonPhrases.GetReasonPhrase(status), detail)
        {
            More = more,
            RetryAfterSeconds = status == StatusCodes.Status503ServiceUnavailable ? 1 : null,
        }.ExecuteAsync(context);
}
