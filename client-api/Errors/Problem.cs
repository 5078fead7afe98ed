// One answer that is not a success: RFC 9457 problem details with a stable code.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Errors;

/// <summary>A problem as a result of a handler. Made by <see cref="Problems"/>.</summary>
public sealed class Problem(int status, string code, string title, string detail) : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    /// <summary>Media type of RFC 9457.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Stable, lower snake case.</summary>
    public string Code { get; } = code;

    /// <summary>What happened.</summary>
    public string Detail { get; } = detail;

    /// <summary>What is wrong, by field.</summary>
    public FieldErrors? Errors { get; init; }

    /// <summary>When to come back.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Writes further members, like the results of a batch whose outcome is unknown.</summary>
    public Action<Utf8JsonWriter>? More { get; init; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    string? IContentTypeHttpResult.ContentType => MediaType;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = MediaType;
        if (RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        await using var writer = new Utf8JsonWriter(response.Body, new JsonWriterOptions { Encoder = BillingJson.Options.Encoder });
        Write(writer);
        await writer.FlushAsync(httpContext.RequestAborted);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", $"urn:orleansbilling:problem:{Code}");
        writer.WriteString("title", title);
        writer.WriteNumber("status", Status);
        writer.WriteString("detail", Detail);
        writer.WriteString("code", Code);
        if (Errors is { IsEmpty: false } errors)
        {
            writer.WriteStartObject("errors");
            foreach (var (field, messages) in errors)
            {
                writer.WriteStartArray(field);
                foreach (var message in messages) writer.WriteStringValue(message);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        More?.Invoke(writer);
        writer.WriteEndObject();
    }
}

/// <summary>The members of a problem, for the API's description.</summary>
/// <param name="Type">URN of the code.</param>
/// <param name="Title">The code in words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Code">Stable, lower snake case.</param>
/// <param name="Errors">Field → messages.</param>
public sealed record ProblemShape(string Type, string Title, int Status, string Detail, string Code, Dictionary<string, string[]>? Errors = null);
