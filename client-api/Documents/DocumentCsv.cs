// A document's lines as CSV, streamed: for a spreadsheet, with the columns that its reader may see.
using System.Buffers;
using Microsoft.AspNetCore.Http;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>The document's number and dates are the file's name and every line's period; totals are sums of the lines.</summary>
public sealed class DocumentCsv(string number, string currency, IAsyncEnumerable<DocumentLine> lines, LineColumns columns) : IResult
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>Whether a request wants CSV.</summary>
    public static bool IsWanted(HttpContext context) => context.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/csv; charset=utf-8";
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{FileName(number)}.csv\"";
        var buffer = new ArrayBufferWriter<byte>();
        CsvLine.Write(buffer, [], columns.Header());
        var numbers = columns.Numbers();
        await foreach (var line in lines.WithCancellation(httpContext.RequestAborted))
        {
            CsvLine.Write(buffer, numbers, columns.Cells(line, currency));
            if (buffer.WrittenCount < FlushBytes)
                continue;
            await httpContext.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted);
            buffer.ResetWrittenCount();
        }

        await httpContext.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted);
    }

    // A number prefix is chosen by somebody: nothing of it may end the header.
    private static string FileName(string number) => string.Concat(number.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
