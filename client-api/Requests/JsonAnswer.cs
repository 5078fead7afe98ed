// Writes an answer member by member.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Requests;

/// <summary>For what is answered as stored, without a record in between.</summary>
public static class JsonAnswer
{
    /// <summary>The answer in one piece.</summary>
    public static async Task Write(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.Body, new JsonWriterOptions { Encoder = BillingJson.Options.Encoder });
        write(writer);
        await writer.FlushAsync(context.RequestAborted);
    }
}
