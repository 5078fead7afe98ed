// One document, streamed.
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Json;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>How a document looks to its reader.</summary>
/// <param name="Columns">Columns of its lines.</param>
/// <param name="Note">A text of the seller's.</param>
/// <param name="Logo">Address of the seller's picture.</param>
/// <param name="Name">What it is called while it has no number.</param>
/// <param name="AsOf">Of one that is not issued: everything durable until then is in it.</param>
public sealed record DocumentLook(LineColumns Columns, string? Note = null, string? Logo = null, string? Name = null, Instant? AsOf = null);

/// <summary>Lines last, so that everything else is there before a long document has arrived.</summary>
public sealed class DocumentAnswer(DocumentHeader header, IAsyncEnumerable<DocumentLine> lines, DocumentLook look, DocumentGroups? groups = null) : IResult
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
        if (look.AsOf is { } asOf) writer.WriteString("as_of", InstantPattern.ExtendedIso.Format(asOf));
        DocumentWriter.Members(writer, header, look.Name);
        if (look.Note is not null) writer.WriteString("note", look.Note);
        if (look.Logo is not null) writer.WriteString("logo", look.Logo);
        DocumentWriter.Body(writer, header);
        if (groups is not null)
            groups.Write(writer, header.Currency);
        else
            await Lines(writer, pipe, cancel);
        writer.WriteEndObject();
        writer.Flush();
        await pipe.FlushAsync(cancel);
    }

    private async Task Lines(Utf8JsonWriter writer, PipeWriter pipe, CancellationToken cancel)
    {
        writer.WriteStartArray("lines");
        await foreach (var line in lines.WithCancellation(cancel))
        {
            DocumentWriter.Line(writer, line, header.Currency, look.Columns);
            await Send(writer, pipe, cancel);
        }

        writer.WriteEndArray();
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
