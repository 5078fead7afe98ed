// A view that is answered as a table where CSV is wanted: one request, two forms of the same rows.
using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>By Accept: <c>text/csv</c>, else JSON. What has no bound on its rows is streamed instead (<see cref="DocumentCsv"/>).</summary>
public abstract class TableAnswer<TView>(TView view) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!DocumentCsv.IsWanted(httpContext))
        {
            httpContext.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(httpContext.Response.Body, view, BillingJson.Options, httpContext.RequestAborted);
            return;
        }

        httpContext.Response.ContentType = "text/csv; charset=utf-8";
        var buffer = new ArrayBufferWriter<byte>();
        Write(view, buffer);
        await httpContext.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted);
    }

    /// <summary>The header and a line for each row; totals are sums of the rows and left out.</summary>
    protected abstract void Write(TView view, ArrayBufferWriter<byte> csv);
}
