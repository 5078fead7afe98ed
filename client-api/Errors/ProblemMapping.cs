// The one place where exceptions and empty error answers become problem details.
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Tax;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.ClientApi.Errors;

/// <summary>Outermost middleware: nothing of the inside leaves the process.</summary>
public sealed partial class ProblemMapping(RequestDelegate next, ILogger<ProblemMapping> log)
{
    /// <summary>Runs the request and answers for what it throws.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: there is nobody to answer.
        }
        catch (Exception fault)
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route";
            // Half an answer must look like one: the server cuts the connection.
            if (context.Response.HasStarted)
            {
                CutOff(log, fault, context.Request.Method, route);
                throw;
            }

            var problem = Of(fault, context);
            if (problem.Status >= 500)
                Failed(log, fault, context.Request.Method, route, problem.Code, context.TraceIdentifier);
            Clear(context.Response);
            await problem.ExecuteAsync(context);
        }
    }

    /// <summary>What an exception means to a caller.</summary>
    public static Problem Of(Exception fault, HttpContext context) => fault switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.TooLarge(BodyBytesMax(context)),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => Problems.Other(StatusCodes.Status408RequestTimeout),
        BadHttpRequestException => Problems.BadRequest("The request could not be read."),
        StorageException { Failure: StorageFailure.Unknown } or JournalException { Failure: JournalFailure.Unknown } => Unknown(context),
        StorageException or JournalException or SubscriptionUnavailableException or WalletUnavailableException or AccountUnavailableException =>
            Problems.Unavailable(),
        JournalArchivedException { Base: var begin } => Problems.Archived(begin.Archive, begin.Until),
        TaxRateUnknownException unknown => Problems.Conflict(unknown.Message, "tax_rate_unknown"),
        TimeoutException or OrleansException or OperationCanceledException => Unknown(context),
        _ => Problems.Internal(context.TraceIdentifier),
    };

    /// <summary>Answers for what the framework refuses without a body: no route, wrong method, wrong content type.</summary>
    public static Task OfStatus(StatusCodeContext status)
    {
        var (request, response) = (status.HttpContext.Request, status.HttpContext.Response);
        var problem = response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problems.NoRoute(request.Method, request.Path),
            StatusCodes.Status405MethodNotAllowed => Problems.MethodNotAllowed(request.Method),
            StatusCodes.Status413PayloadTooLarge => Problems.TooLarge(BodyBytesMax(status.HttpContext)),
            StatusCodes.Status415UnsupportedMediaType => Problems.UnsupportedMediaType(request.ContentType),
            var other => Problems.Other(other),
        };
        return problem.ExecuteAsync(status.HttpContext);
    }

    // A read changes nothing, so its outcome is never in doubt.
    private static Problem Unknown(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? Problems.Unavailable() : Problems.OutcomeUnknown();

    private static long BodyBytesMax(HttpContext context) =>
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? Limits.CommandBytesMax;

    // What a handler had begun to say does not belong to the problem; the security headers do.
    private static void Clear(HttpResponse response)
    {
        response.ContentLength = null;
        response.Headers.Location = default;
        response.Headers.ETag = default;
    }

    [LoggerMessage(2001, LogLevel.Error, "{Method} {Route} failed: {Code} ({Trace})")]
    private static partial void Failed(ILogger log, Exception fault, string method, string route, string code, string trace);

    [LoggerMessage(2002, LogLevel.Error, "{Method} {Route} failed in the middle of its answer")]
    private static partial void CutOff(ILogger log, Exception fault, string method, string route);
}
