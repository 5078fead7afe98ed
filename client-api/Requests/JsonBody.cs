// The body of a definition or a command: bounded, read once, strict UTF-8.
using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Errors;

namespace OrleansBilling.ClientApi.Requests;

/// <summary>Bytes as sent; kept for the request, so that the idempotency filter and the handler read the same.</summary>
public sealed class JsonBody
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private JsonBody(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>Without a byte order mark.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The body of this request.</summary>
    public static async ValueTask<JsonBody> Of(HttpContext context)
    {
        if (context.Features.Get<JsonBody>() is { } known)
            return known;
        var body = new JsonBody(await ReadAll(context));
        context.Features.Set(body);
        return body;
    }

    /// <summary>The body of this request as a record, or the problem with it.</summary>
    public static async ValueTask<(T? Value, Problem? Problem)> Read<T>(HttpContext context) where T : class
    {
        if (Refusal(context) is { } refusal)
            return (null, refusal);
        var parsed = Billing.Json.Definitions.Read<T>((await Of(context)).Bytes);
        return (parsed.Value, parsed.Ok ? null : Problems.Invalid(parsed.Errors));
    }

    /// <summary>The body of this request as text for a grain, which judges its content; or the problem with it.</summary>
    public static async ValueTask<(string? Text, Problem? Problem)> ReadText(HttpContext context)
    {
        if (Refusal(context) is { } refusal)
            return (null, refusal);
        try
        {
            return (Strict.GetString((await Of(context)).Bytes.Span), null);
        }
        catch (DecoderFallbackException)
        {
            // Decoding leniently would store something else than what was sent.
            return (null, Problems.Invalid(FieldErrors.WholeBody, "contains text that is not valid Unicode"));
        }
    }

    // Routing refuses another content type; a missing one it lets pass.
    private static Problem? Refusal(HttpContext context) =>
        string.IsNullOrEmpty(context.Request.ContentType) ? Problems.UnsupportedMediaType(null) : null;

    private static async Task<ReadOnlyMemory<byte>> ReadAll(HttpContext context)
    {
        // The server enforces the same bound; this holds where there is none (tests, other servers).
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > Limits.CommandBytesMax)
                throw new BadHttpRequestException("Body too large.", StatusCodes.Status413PayloadTooLarge);
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes.AsSpan().StartsWith(ByteOrderMark) ? bytes.AsMemory(ByteOrderMark.Length) : bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
