// The door to the page of the cluster: a form for an operator's key, and a cookie, since a browser sends no header for scripts and styles.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;

namespace OrleansBilling.Silo;

internal static class OperatorSignIn
{
    /// <summary>Where the page of the cluster is.</summary>
    public const string Cluster = "/ops/cluster";

    private const string Door = "/ops/sign-in";
    private const string Folder = "/ops";
    private const string Cookie = "billing-operator";

    // The page's own files; it writes styles and shows small pictures that stand in its script.
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";

    private const string Form = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>OrleansBilling: the cluster</title>
        <form method="post" action="/ops/sign-in"><label>Key of an operator (admin) <input type="password" name="key" autocomplete="off" autofocus></label>
        <button>Sign in</button></form></html>
        """;

    public static WebApplication MapOperatorSignIn(this WebApplication app)
    {
        app.MapGet(Door, () => Results.Content(Form, "text/html")).AllowAnonymous().ExcludeFromDescription();
        app.MapPost(Door, SignIn).AllowAnonymous().ExcludeFromDescription().DisableAntiforgery();
        return app;
    }

    /// <summary>Every route of the page asks for the cookie; without it a browser is sent to the form.</summary>
    public static void ForOperatorsOnly(this RouteGroupBuilder page)
    {
        // The API's own check looks for a header: this filter takes its place.
        page.AllowAnonymous().ExcludeFromDescription();
        page.AddEndpointFilterFactory((_, next) => async call =>
        {
            var context = call.HttpContext;
            var sessions = (OperatorSessions)context.RequestServices.GetService(typeof(OperatorSessions))!;
            if (!await sessions.Stands(context.Request.Cookies[Cookie], context.RequestAborted))
                return Results.Redirect(Door);
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return await next(call);
        });
    }

    private static async Task<IResult> SignIn([FromForm] string? key, HttpContext context, OperatorSessions sessions)
    {
        if (key is not { Length: > 0 and <= Limits.HeaderLengthMax / 2 } || await sessions.Begin(key, context.RequestAborted) is not { } name)
            return Results.Content(Form, "text/html", statusCode: StatusCodes.Status401Unauthorized);
        context.Response.Cookies.Append(Cookie, name, new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = Folder, MaxAge = Limits.OperatorSession,
        });
        return Results.Redirect(Cluster + "/");
    }
}
