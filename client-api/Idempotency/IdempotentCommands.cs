// Idempotency-Key on commands: a repeat gets the first answer, the same key with another request is refused.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Access;

namespace OrleansBilling.ClientApi.Idempotency;

/// <summary>
/// Kept is what the command decided: success, or a refusal by what stood there (409). A malformed request or a missing right decided nothing, and
/// an unknown outcome must be asked again.
/// </summary>
public sealed class IdempotentCommands(IIdempotencyStore answers, KeyRing keys) : IEndpointFilter
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    // Of this process. Two processes at the same time end up with one answer, by the store.
    private readonly ConcurrentDictionary<(string Caller, string Key), byte> running = new();

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0)
            return await next(context);
        if (key.Length > Limits.HeaderLengthMax || key.Any(c => c is < ' ' or > '~'))
            return Problems.Invalid(Header, $"must be 1 to {Limits.HeaderLengthMax} printable ASCII characters");
        var caller = http.Caller().KeyId;
        var hash = await HashOf(http);
        if (await answers.Get(caller, key, http.RequestAborted) is { } known)
            return Repeat(known, hash);
        if (!running.TryAdd((caller, key), 0))
            return Problems.IdempotencyInProgress();
        try
        {
            var answer = await Buffered(http, await next(context));
            var status = http.Response.StatusCode;
            if (status is >= 200 and < 300 or StatusCodes.Status409Conflict)
            {
                var body = http.Features.Get<RepeatedAnswer>()?.Body ?? Encoding.UTF8.GetString(answer);
                var mine = new IdempotentAnswer(caller, key, hash, status, http.Response.ContentType ?? "application/json", body, keys.Now);
                // The command is done: its answer is kept even when the caller has gone.
                var first = await answers.Keep(mine, CancellationToken.None);
                if (first.BodyHash != hash || first.Body != body)
                    return Repeat(first, hash);
            }

            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
            return Results.Empty;
        }
        finally
        {
            running.TryRemove((caller, key), out _);
        }
    }

    private static IResult Repeat(IdempotentAnswer known, string hash) => known.BodyHash == hash
        ? Results.Text(known.Body, known.ContentType, statusCode: known.Status)
        : Problems.IdempotencyConflict();

    // Method, path and query belong to the command as much as its body does.
    private static async Task<string> HashOf(HttpContext http)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n"));
        hash.AppendData((await JsonBody.Of(http)).Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Answers of commands are small: one is made in memory, kept, and only then sent.
    private static async Task<byte[]> Buffered(HttpContext http, object? result)
    {
        var sent = http.Response.Body;
        using var buffer = new MemoryStream();
        http.Response.Body = buffer;
        try
        {
            await ((IResult)result!).ExecuteAsync(http);
            await http.Response.BodyWriter.FlushAsync();
            return buffer.ToArray();
        }
        finally
        {
            http.Response.Body = sent;
        }
    }
}

/// <summary>Set by a handler whose repeated answer must not be the first one, because that held a secret.</summary>
public sealed record RepeatedAnswer(string Body);

/// <summary>Marks routes.</summary>
public static class IdempotentRoutes
{
    /// <summary>The command takes an Idempotency-Key.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route) => route.WithMetadata(new TakesIdempotencyKey())
        .AddEndpointFilter((context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<IdempotentCommands>().InvokeAsync(context, next));
}

/// <summary>Metadata, for the API's description.</summary>
public sealed record TakesIdempotencyKey;
