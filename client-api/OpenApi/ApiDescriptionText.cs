// The text of the API's description: made when it is first asked for, kept as long as the process lives.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace OrleansBilling.ClientApi.OpenApi;

/// <summary>Made of the program alone, so it is the same for everybody, and whoever asks meanwhile waits for the one making.</summary>
public sealed class ApiDescriptionText([FromKeyedServices(ApiDescription.Name)] IOpenApiDocumentProvider provider)
{
    private readonly Lazy<Task<byte[]>> text = new(() => Make(provider));

    /// <summary>Maps its route; of no caller, and without a time-out: on a busy machine the making takes longer than a command may.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"/openapi/{ApiDescription.Name}.json", Get).AllowAnonymous().ExcludeFromDescription().DisableRequestTimeout();

    private static async Task<IResult> Get(ApiDescriptionText description) => Results.Bytes(await description.text.Value, "application/json;charset=utf-8");

    private static async Task<byte[]> Make(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        using var written = new MemoryStream();
        await document.SerializeAsJsonAsync(written, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        return written.ToArray();
    }
}
