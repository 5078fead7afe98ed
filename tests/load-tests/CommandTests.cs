// What "traffic", "close" and "demo" say to someone who types them wrongly or too early, and how Ctrl-C ends a demo.
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Net;
using System.Text.RegularExpressions;
using System.Text;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.Traffic;
using OrleansBilling.TestSupport;

namespace OrleansBilling.LoadTests.Tests;

public sealed class CommandTests : IDisposable
{
    const string Key = "command-tests";
    static readonly TimeSpan EndMax = TimeSpan.FromSeconds(60);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string folder = Directory.CreateTempSubdirectory("billing-commands-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task without_a_server_they_say_how_to_start_one()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        await Fails(["close", "--url", url], $"No server answers at {url}: ", "./run --demo");
        await Fails(["traffic", "--url", url], $"No server answers at {url}: ", "./run --clock manual");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("127.0.0.1:8080")]
    public async Task an_address_that_is_none_is_refused_with_an_example(string url) =>
        await Fails(["traffic", "--url", url], "--url is an address such as http://127.0.0.1:8080.");

    [Fact]
    public async Task another_program_that_answers_is_not_taken_for_a_server()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Answer(listener);
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        await Fails(["close", "--url", url], $"What answers at {url}/ is no OrleansBilling server");
        await answering;
    }

    [Fact]
    public async Task a_wrong_key_and_a_server_without_a_platform_are_named_and_no_clock_is_moved()
    {
        await using var server = await BillingServer.Sandbox(null, ["--data", folder], Key, cancel);
        var url = $"http://127.0.0.1:{server.Port}";
        foreach (var verb in (string[])["traffic", "close"])
            await Fails([verb, "--url", url, "--key", "wrong"], "does not know this key. Say the right one with --key");
        using var api = new PlatformApi(new Uri(url), Key);
        var before = (await api.Get("/v1/clock", cancel)).GetRawText();
        await Fails(["close", "--url", url, "--key", Key], $"There is no platform on the server at {url}/: ./run --demo");
        (await api.Get("/v1/clock", cancel)).GetRawText().ShouldBe(before);
        var made = await api.Post("/v1/api_keys", new { name = "reader", scopes = (string[])["usage:read"] }, cancel);
        await Fails(["traffic", "--url", url, "--key", made.GetProperty("key").GetString()!], "This needs an operator's key");
    }

    [Fact]
    public async Task ctrl_c_ends_a_demo_and_its_server()
    {
        var port = FreePort.Next();
        using var demo = Launch("demo", "--small", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder);
        var said = new StringBuilder();
        while (await demo.StandardOutput.ReadLineAsync(cancel).AsTask().WaitAsync(EndMax, cancel) is { } line && !line.Contains("Ctrl-C ends it", StringComparison.Ordinal))
            said.AppendLine(line);
        using (var kill = Process.Start("kill", ["-INT", demo.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(cancel);
        said.Append(await demo.StandardOutput.ReadToEndAsync(cancel).WaitAsync(EndMax, cancel));
        await demo.WaitForExitAsync(cancel).WaitAsync(EndMax, cancel);
        demo.ExitCode.ShouldBe(0, said.ToString() + await demo.StandardError.ReadToEndAsync(cancel));
        said.ToString().ShouldContain("Sent in all: ");
        using var free = new TcpListener(IPAddress.Loopback, port);
        free.Start();
    }

    [Theory]
    [InlineData("Hots=1")]
    [InlineData("billing")]
    [InlineData("Database=billing")]
    public async Task a_connection_string_that_is_none_is_refused_with_an_example(string given) =>
        await Fails(["demo", "--db", given], "--db is a connection string such as \"Host=localhost;");

    [Fact]
    public async Task what_the_readme_looks_at_is_there()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Bench.Repository.Root()!, "README.md"), cancel);
        var platform = Platform.Of(25, 400, 2_000);
        string[] asked = [.. Regex.Matches(readme, "^demo \"?([^\"\n]+)", RegexOptions.Multiline).Select(line => line.Groups[1].Value)];
        asked.Length.ShouldBeGreaterThan(2);
        foreach (var path in asked.Where(path => path.Contains('/', StringComparison.Ordinal) && !path.Contains('$', StringComparison.Ordinal)))
        {
            var id = path.Split('/')[1];
            (platform.Partners.Any(partner => partner.Id == id) || platform.Wallets.Keys.Any(owner => id == "cash-" + owner)).ShouldBeTrue(path);
        }
    }

    async Task Fails(string[] arguments, params string[] words)
    {
        using var process = Launch(arguments);
        var error = process.StandardError.ReadToEndAsync(cancel);
        var said = await process.StandardOutput.ReadToEndAsync(cancel).WaitAsync(EndMax, cancel) + await error;
        await process.WaitForExitAsync(cancel).WaitAsync(EndMax, cancel);
        process.ExitCode.ShouldBe(1, said);
        foreach (var some in words) said.ShouldContain(some);
        said.ShouldNotContain("   at ", customMessage: "a stack trace is no help");
    }

    static Process Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Path.GetDirectoryName(BillingServer.Assembly)!, "..", "..", "LoadTests", "release",
            "OrleansBilling.LoadTests.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove("BILLING_ADMIN_KEY");
        return Process.Start(start)!;
    }

    async Task Answer(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(cancel);
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: cancel);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n\r\n<p>hello</p>"u8.ToArray(), cancel);
    }
}
