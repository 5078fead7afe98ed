// The page of the cluster: there only when it is asked for, and only for operators who have signed in.
using System.Net;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests;

public sealed class ClusterPage
{
    const string Page = "/ops/cluster/";

    [Fact]
    public async Task Operators_sign_in_with_their_key_and_nobody_else_sees_anything()
    {
        await using var run = await ClusterRun.Begin(new ClusterSetUp("the page of the cluster", await ClusterRun.NewPlace(), 1,
            (_, shape) => new([.. shape.Options, "--dashboard"])));
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = run.Silos[0].Address };
        foreach (var path in new[] { "", "index.min.js", "DashboardCounters", "GrainState" }) (await Status(http, Page + path)).ShouldBe(HttpStatusCode.Redirect, path);
        (await SignIn(http, "not the key")).ShouldBe(HttpStatusCode.Unauthorized);
        (await Status(http, Page)).ShouldBe(HttpStatusCode.Redirect);
        (await SignIn(http, ServerProcess.AdminKey)).ShouldBe(HttpStatusCode.Redirect);
        foreach (var path in new[] { "", "index.min.js", "DashboardCounters" }) (await Status(http, Page + path)).ShouldBe(HttpStatusCode.OK, path);
        (await Status(http, Page + "Trace")).ShouldBe(HttpStatusCode.Forbidden, "the silo's log is nobody's business there");
    }

    [Fact]
    public async Task Without_the_option_there_is_no_page()
    {
        await using var run = await ClusterRun.Begin(new ClusterSetUp("no page", await ClusterRun.NewPlace(), 1));
        using var http = new HttpClient { BaseAddress = run.Silos[0].Address };
        (await Status(http, Page)).ShouldBe(HttpStatusCode.NotFound);
        (await Status(http, "/ops/sign-in")).ShouldBe(HttpStatusCode.NotFound);
    }

    static async Task<HttpStatusCode> Status(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    static async Task<HttpStatusCode> SignIn(HttpClient http, string key)
    {
        using var form = new FormUrlEncodedContent([new("key", key)]);
        using var answer = await http.PostAsync(new Uri("/ops/sign-in", UriKind.Relative), form, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
