// A page of document headers.
using Microsoft.AspNetCore.Http;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>As an answer.</summary>
public sealed class DocumentList(PageOf<DocumentHeader> page, Func<DocumentHeader, string>? nameOf = null) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.Write(httpContext, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        foreach (var header in page.Data) DocumentWriter.Header(writer, header, nameOf?.Invoke(header));
        writer.WriteEndArray();
        writer.WriteString("next_cursor", page.NextCursor);
        writer.WriteEndObject();
    });
}
