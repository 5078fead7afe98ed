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
/// <param name="Brand">The name under which the seller sells.</param>
/// <param name="Address">Lines below the brand.</param>
/// <param name="IsNet">Neither tax nor total is shown.</param>
/// <param name="GroupBy">Groups in the place of lines, unless the reader asks for others.</param>
public sealed record DocumentLook(LineColumns Columns, string? Note = null, string? Logo = null, string? Name = null, Instant? AsOf = null,
    string? Brand = null, IReadOnlyList<string>? Address = null, bool IsNet = false, string? GroupBy = null)
{
    /// <summary>Of a document without a template.</summary>
    public static DocumentLook Plain { get; } = new(LineColumns.All);
}

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
        DocumentWriter.Members(writer, header, look.Name, look.IsNet);
        Template(writer);
        DocumentWriter.Body(writer, header, look.IsNet);
        if (groups is not null)
            groups.Write(writer, header.Currency);
        else
            await Lines(writer, pipe, cancel);
        writer.WriteEndObject();
        writer.Flush();
        await pipe.FlushAsync(cancel);
    }

    private void Template(Utf8JsonWriter writer)
    {
        if (look.Brand is not null) writer.WriteString("brand", look.Brand);
        if (look.Address is not null)
        {
            writer.WriteStartArray("brand_address");
            foreach (var line in look.Address) writer.WriteStringValue(line);
            writer.WriteEndArray();
        }

        if (look.Note is not null) writer.WriteString("note", look.Note);
        if (look.Logo is not null) writer.WriteString("logo", look.Logo);
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
