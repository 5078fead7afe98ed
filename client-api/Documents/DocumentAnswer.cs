// One document, streamed.
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing.Json;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>Lines last, so that everything else is there before a long document has arrived.</summary>
public sealed class DocumentAnswer(DocumentHeader header, IDocumentStore documents) : IResult
{
    private const int FlushBytes = 64 * 1024;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/json";
        var pipe = httpContext.Response.BodyWriter;
        // Not disposed on a fault: that would end half a document as if it were whole.
        var writer = new Utf8JsonWriter(pipe, new JsonWriterOptions { Encoder = BillingJson.Options.Encoder });
        writer.WriteStartObject();
        DocumentWriter.Members(writer, header);
        DocumentWriter.Body(writer, header);
        writer.WriteStartArray("lines");
        await foreach (var line in documents.Lines(header.Key, cancel))
        {
            DocumentWriter.Line(writer, line, header.Currency);
            await Send(writer, pipe, cancel);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        await pipe.FlushAsync(cancel);
    }

    /// <summary>Sends what has gathered, if it is worth sending.</summary>
    public static async ValueTask Send(Utf8JsonWriter writer, PipeWriter pipe, CancellationToken cancel)
    {
        if (writer.BytesPending < FlushBytes)
            return;
        writer.Flush();
        await pipe.FlushAsync(cancel);
    }
}
