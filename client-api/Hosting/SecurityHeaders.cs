// Headers that every answer carries.
using Microsoft.AspNetCore.Http;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary>Set before anything is answered, so that whoever needs others can still change them.</summary>
public static class SecurityHeaders
{
    // The API answers data, never anything that a browser should run.
    private const string DataOnly = "default-src 'none'; frame-ancestors 'none'";

    // The page of the API's description: its own files, and the styles that it writes itself.
    private const string OwnFiles = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; form-action 'none'";

    /// <summary>The middleware.</summary>
    public static Task Set(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs") ? OwnFiles : DataOnly;
        // Answers belong to one key: no cache on the way may give them to another.
        if (context.Request.Path.StartsWithSegments("/v1"))
            headers.CacheControl = "no-store";
        return next(context);
    }
}
