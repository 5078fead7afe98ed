// What every scenario class has: its server, a scene per test, and the server's words when a test fails.
namespace OrleansBilling.Server.Tests.Driving;

/// <summary>Derived twice per family: once on SQLite, once on PostgreSQL.</summary>
public abstract class Scenario(ServerPlace place) : IAsyncLifetime
{
    protected ServerPlace Place => place;
    protected Api Admin => place.Admin;
    protected Scene Scene { get; private set; } = null!;
    protected virtual string Zone => "Europe/Helsinki";

    public virtual async ValueTask InitializeAsync() => Scene = await place.NewScene(Zone);

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine($"The server said:\n{place.Server.Output}");
        await BeforeTheEnd();
        if (place.Server.IsRunning) await Scene.End();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a class has started beside the server ends here.</summary>
    protected virtual ValueTask BeforeTheEnd() => ValueTask.CompletedTask;

    /// <summary>Asks until it holds, thirty seconds at most: for what a server does by itself.</summary>
    protected static async Task Eventually(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
            limit.Token.ThrowIfCancellationRequested();
    }

    /// <summary>A key of a party; answers the API as that key sees it.</summary>
    protected async Task<Api> KeyOf(string? party, params string[] scopes) =>
        Admin.As((await Admin.Post("/v1/api_keys", new { name = "scenario", party = party is null ? null : Scene.Id(party), scopes })).Json.Text("key"));
}
