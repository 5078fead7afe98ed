// The API's description: approved as a file, complete, and true.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Http;

public sealed partial class OpenApiDocument(OnSqlite place) : IClassFixture<OnSqlite>
{
    const string ApprovedPath = "tests/server/openapi.approved.json";
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    [Fact]
    public async Task nothing_of_the_API_changes_unseen()
    {
        var now = Indented(await Document()) + "\n";
        var path = ProjectRoot.Of(ApprovedPath);
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") await File.WriteAllTextAsync(path, now, TestContext.Current.CancellationToken);
        var approved = File.Exists(path) ? await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) : "";
        if (now == approved) return;
        var gone = approved.Split('\n').Except(now.Split('\n')).Select(line => "- " + line.Trim());
        var come = now.Split('\n').Except(approved.Split('\n')).Select(line => "+ " + line.Trim());
        Assert.Fail($"{ApprovedPath} says otherwise:\n{string.Join("\n", gone.Concat(come).Take(60))}\n"
            + "If that is meant: APPROVE=1 ./test server, and read the difference before it is committed.");
    }

    [Fact]
    public async Task every_mapped_route_is_documented()
    {
        var documented = Operations(await Document()).Select(one => one.Operation.Text("operationId")).ToHashSet();
        var unnamed = new List<string>();
        foreach (var file in Directory.EnumerateFiles(ProjectRoot.Of("client-api"), "*.cs", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            foreach (var statement in text.Split(';').Where(one => Mapping().IsMatch(one)))
            {
                if (statement.Contains(".ExcludeFromDescription()", StringComparison.Ordinal)) continue;
                var name = Name().Match(statement);
                // Routes that are mapped in a loop have computed names: the loops' own names are checked below.
                if (!name.Success) unnamed.Add($"{Path.GetFileName(file)}: {statement.Trim()}");
                else if (name.Groups[2].Length == 0 && !documented.Contains(name.Groups[1].Value)) unnamed.Add(name.Groups[1].Value);
            }
        }
        // The lists of definitions are named one line below their mapping.
        unnamed.Where(one => !one.Contains("handlers.List", StringComparison.Ordinal)).ShouldBeEmpty();
        string[] kinds = ["Seller", "Partner", "Customer", "Provider", "Calendar", "Meter", "Plan", "Agreement", "Subscription"];
        kinds.SelectMany(kind => new[] { $"Put{kind}", $"Get{kind}", $"List{kind}s" }).Except(documented).ShouldBeEmpty();
        new[] { "GetPartnerUsage", "GetCustomerUsage", "GetSubscriptionUsage" }.Except(documented).ShouldBeEmpty();
    }

    [Fact]
    public async Task every_documented_route_is_there_and_asks_for_a_key()
    {
        foreach (var (path, method, operation) in Operations(await Document()))
        {
            var (route, nobody) = (Parameter().Replace(path, "x"), place.Admin.As(null));
            var answer = TakesCsv(operation) ? await nobody.Csv(route, "mccmnc,price")
                : await nobody.Send(new HttpMethod(method.ToUpperInvariant()), route, method is "put" or "post" ? "{}" : null);
            if (operation.TryGetProperty("security", out _)) answer.Status.ShouldBe(401, $"{method} {path}");
            else answer.Status.ShouldBe(200, $"{method} {path}");
            operation.Text("summary").ShouldNotBeNullOrWhiteSpace($"{method} {path}");
            operation.GetProperty("tags").GetArrayLength().ShouldBe(1, $"{method} {path}");
        }
    }

    // What a route does not read at all is told before who is asking.
    static bool TakesCsv(JsonElement operation) => operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty("text/csv", out _);

    async Task<JsonElement> Document() => (await place.Admin.As(null).Get("/openapi/v1.json")).Json;

    static IEnumerable<(string Path, string Method, JsonElement Operation)> Operations(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(method => Methods.Contains(method.Name)).Select(method => (path.Name, method.Name, method.Value)));

    static string Indented(JsonElement json) => JsonSerializer.Serialize(json, Readable);

    [GeneratedRegex(@"\.Map(Get|Put|Post|Delete|Patch)\(")]
    private static partial Regex Mapping();

    [GeneratedRegex(@"\.WithName\(\$?""([A-Za-z]*)""?([^)]*)\)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
