// POST /v1/documents/preview: what the close would issue now.
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>Whose documents to preview.</summary>
public sealed record PreviewRequest
{
    /// <summary>The customer or partner that buys.</summary>
    public required string Party { get; init; }
    /// <summary><c>current</c> (default): the period of now in each agreement's calendar; or a label like 2025-05.</summary>
    public string? Period { get; init; }
}

/// <summary>A command by its body, a read by what it does: nothing is written.</summary>
public static class PreviewEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapPreviews(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/documents/preview", Read).WithName("PreviewDocuments").WithTags("Documents").RequireScope(Scopes.BillingRead)
            .WithSummary("What the close would issue to a party if the period ended with the facts up to as_of; one document per agreement")
            .TakesJson<PreviewRequest>().Produces<PreviewsShape>().Fails(400, 404, 409, 410).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<Results<PreviewAnswer, Problem>> Read(HttpContext context, PreviewReader reader)
    {
        var (request, problem) = await JsonBody.Read<PreviewRequest>(context);
        if (request is null)
            return problem!;
        var period = request.Period is null or "current" ? null : request.Period;
        if (period is not null && !PeriodLabels.IsLabel(period))
            return Problems.Invalid("period", "must be \"current\" or the label of a period, like \"2025-05\"");
        if (!FieldChecks.IsId(request.Party))
            return Problems.NotFound("party", request.Party);
        try
        {
            return await reader.Read(context.Caller(), request.Party, period, context.RequestAborted) is { } previews
                ? new PreviewAnswer(previews)
                : Problems.NotFound("party", request.Party);
        }
        catch (PreviewTooLongException tooLong)
        {
            return Problems.Conflict(tooLong.Message, "preview_too_long");
        }
        catch (PreviewArchivedException gone)
        {
            return Problems.Archived(gone.Archive, gone.Until);
        }
    }
}

/// <summary>Written member by member, like issued documents.</summary>
public sealed class PreviewAnswer(IReadOnlyList<Preview> previews) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json";
        var pipe = httpContext.Response.BodyWriter;
        // Not disposed on a fault: that would end half an answer as if it were whole.
        var writer = new Utf8JsonWriter(pipe, new JsonWriterOptions { Encoder = BillingJson.Options.Encoder });
        writer.WriteStartObject();
        writer.WriteStartArray("documents");
        foreach (var preview in previews)
        {
            writer.WriteStartObject();
            writer.WriteString("as_of", InstantPattern.ExtendedIso.Format(preview.AsOf));
            DocumentWriter.Members(writer, preview.Header);
            DocumentWriter.Body(writer, preview.Header);
            writer.WriteStartArray("lines");
            foreach (var line in preview.Lines)
            {
                DocumentWriter.Line(writer, line, preview.Header.Currency);
                await DocumentAnswer.Send(writer, pipe, httpContext.RequestAborted);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        await pipe.FlushAsync(httpContext.RequestAborted);
    }
}

/// <summary>Previews, for the API's description only.</summary>
public sealed record PreviewsShape(PreviewShape[] Documents);

/// <summary>A document that is not issued: status <c>preview</c>; number, dates and payment reference are null.</summary>
/// <param name="AsOf">Everything durable until then is in it.</param>
/// <param name="Children">How many subscriptions it covers, those without a line too; absent where it is of none.</param>
public sealed record PreviewShape(Instant AsOf, string? Number, string Kind, string Status, string Seller, string Buyer, string Agreement, string Calendar,
    string BillingPeriod, PeriodShape Period, LocalDate? IssueDate, LocalDate? DueDate, string Currency, MoneyShape Net, MoneyShape Tax, MoneyShape Total,
    MoneyShape Outstanding, string? PaymentReference, PartyOnDocument SellerParty, PartyOnDocument BuyerParty, TaxShape[] TaxBreakdown,
    DocumentLineShape[] Lines, int? Children = null);
