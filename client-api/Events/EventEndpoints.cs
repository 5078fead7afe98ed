// POST /v1/events: usage in.
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Events;

/// <summary>One event, a batch, or a stream of lines; by content type.</summary>
public static class EventEndpoints
{
    private const string SingleType = "application/cloudevents+json";
    private const string BatchType = "application/cloudevents-batch+json";
    private const string LinesType = "application/x-ndjson";

    /// <summary>Maps usage in and message history.</summary>
    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/events", Post).WithName("PostEvents").WithTags("Usage").WithSummary("Send usage events: one, a batch, or NDJSON")
            .WithDescription("Answers when every accepted event is durable. `results` lists every event that was not accepted; `?results=all` lists all.")
            .TakesEvents().RequireScope(Scopes.UsageWrite).DisableRequestTimeout();
        routes.MapGet("/v1/subscriptions/{id}/events", EventHistory.Get).WithName("GetEvents").WithTags("Usage")
            .WithSummary("The journaled events of a subscription by time, as NDJSON or CSV").Produces(200).Fails(400, 404, 410)
            .WithMetadata(new QueryParameter("from", "Events at or after this instant."), new QueryParameter("to", "Events before this instant."))
            .RequireScope(Scopes.UsageRead).DisableRequestTimeout();
        return routes;
    }

    private static async Task Post(HttpContext context, EventChunks chunks, ChunkDispatcher dispatcher)
    {
        var chunk = chunks.Take();
        await Receive(context, chunk, dispatcher);
        chunks.GiveBack(chunk);
    }

    /// <summary>The body is of events, by whatever way.</summary>
    internal static RouteHandlerBuilder TakesEvents(this RouteHandlerBuilder route) =>
        route.Accepts<CloudEvent>(SingleType, BatchType, LinesType, "application/json").Produces<EventCounts>()
            .WithMetadata(new QueryParameter("results", "`all`: of every event, not only of those that were not accepted."));

    /// <summary>Reads the body into the chunk, sends it, and answers.</summary>
    internal static async Task Receive(HttpContext context, EventChunk chunk, ChunkDispatcher dispatcher)
    {
        var caller = context.Features.GetRequiredFeature<ApiCaller>();
        var type = context.Request.ContentType?.Split(';', 2)[0].Trim().ToLowerInvariant();
        try
        {
            switch (type)
            {
                case SingleType or "application/json":
                    await EventReader.Whole(context.Request.BodyReader, chunk.Add, context.RequestAborted);
                    await Answer(context, chunk, dispatcher, caller);
                    return;
                case BatchType:
                    await EventReader.Whole(context.Request.BodyReader, body => EventReader.AddBatch(body, chunk), context.RequestAborted);
                    await Answer(context, chunk, dispatcher, caller);
                    return;
                case LinesType:
                    await EventStream.Run(context, chunk, dispatcher, caller);
                    return;
                default:
                    throw new EventBodyException(415, "unsupported_media_type", $"Send {SingleType}, {BatchType} or {LinesType}.");
            }
        }
        catch (EventBodyException fault) when (!context.Response.HasStarted)
        {
            await EventProblems.Write(context, fault.Status, fault.Code, fault.Message, null);
        }
    }

    private static async Task Answer(HttpContext context, EventChunk chunk, ChunkDispatcher dispatcher, ApiCaller caller)
    {
        // The client's patience does not cancel what may be durable already: its retry is answered "duplicate".
        var trouble = await dispatcher.Dispatch(chunk, caller, CancellationToken.None);
        var answer = new EventAnswer(ListAll(context));
        answer.Add(chunk);
        await Write(context, answer, trouble);
    }

    internal static bool ListAll(HttpContext context) => context.Request.QueryString.HasValue && context.Request.Query["results"] == "all";

    /// <summary>200 with counts and results; 503 when something was left undecided.</summary>
    internal static Task Write(HttpContext context, EventAnswer answer, ChunkTrouble trouble)
    {
        if (trouble != ChunkTrouble.None)
        {
            var (code, detail) = EventProblems.Of(trouble);
            return EventProblems.Write(context, 503, code, detail, answer.Write);
        }

        context.Response.ContentType = "application/json";
        using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        answer.Write(writer);
        writer.WriteEndObject();
        writer.Flush();
        return Task.CompletedTask;
    }
}
