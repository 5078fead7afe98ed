// NDJSON of any length: chunk after chunk, answered at the end or, when asked, line by line.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrleansBilling.ClientApi.Access;

namespace OrleansBilling.ClientApi.Events;

internal static class EventStream
{
    public static async Task Run(HttpContext context, EventChunk chunk, ChunkDispatcher dispatcher, ApiCaller caller)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Request.Headers.Accept.ToString().Contains("ndjson", StringComparison.OrdinalIgnoreCase))
            await LineByLine(context, chunk, dispatcher, caller);
        else
            await AtTheEnd(context, chunk, dispatcher, caller);
    }

    private static async Task AtTheEnd(HttpContext context, EventChunk chunk, ChunkDispatcher dispatcher, ApiCaller caller)
    {
        var answer = new EventAnswer(EventEndpoints.ListAll(context));
        var worst = ChunkTrouble.None;
        for (var more = true; more;)
        {
            more = await EventReader.AddLines(context.Request.BodyReader, chunk, context.Request.ContentLength is not null, context.RequestAborted);
            var trouble = await dispatcher.Dispatch(chunk, caller, CancellationToken.None);
            worst = trouble > worst ? trouble : worst;
            answer.Add(chunk);
            chunk.Clear();
        }

        await EventEndpoints.Write(context, answer, worst);
    }

    // A body that turns out to be malformed half-way has been answered up to there: the last line says why it stopped.
    private static async Task LineByLine(HttpContext context, EventChunk chunk, ChunkDispatcher dispatcher, ApiCaller caller)
    {
        context.Response.ContentType = "application/x-ndjson";
        try
        {
            for (var more = true; more;)
            {
                more = await EventReader.AddLines(context.Request.BodyReader, chunk, waitForMore: false, context.RequestAborted);
                await dispatcher.Dispatch(chunk, caller, CancellationToken.None);
                WriteLines(context, chunk);
                chunk.Clear();
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }
        catch (EventBodyException fault)
        {
            using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
            writer.WriteStartObject();
            writer.WriteString("status"u8, "stopped");
            writer.WriteString("code"u8, fault.Code);
            writer.WriteString("detail"u8, fault.Message);
            writer.WriteEndObject();
            writer.Flush();
        }
    }

    private static void WriteLines(HttpContext context, EventChunk chunk)
    {
        using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        for (var index = 0; index < chunk.Count; index++)
        {
            EventAnswer.WriteResult(writer, chunk, index);
            writer.Flush();
            writer.Reset();
            context.Response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
            context.Response.BodyWriter.Advance(1);
        }
    }
}
